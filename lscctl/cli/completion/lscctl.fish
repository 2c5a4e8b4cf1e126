# Completion of lscctl for fish. Once: lscctl completion fish > ~/.config/fish/completions/lscctl.fish
function __lscctl
    set --local answer (lscctl completion fish --for (commandline --cut-at-cursor --current-process | string collect) 2>/dev/null)
    if test "$answer[1]" = files
        __fish_complete_path (commandline --cut-at-cursor --current-token)
    else
        printf '%s\n' $answer[2..]
    end
end
complete --command lscctl --no-files --arguments '(__lscctl)'
