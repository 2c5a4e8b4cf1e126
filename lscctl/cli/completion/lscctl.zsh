#compdef lscctl
# Completion of lscctl for zsh. In ~/.zshrc, after compinit: source <(lscctl completion zsh)
_lscctl() {
    local line tab=$'\t'
    local -a answer words_only shown
    answer=("${(@f)$($words[1] completion zsh --for "${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" 2>/dev/null)}")
    if [[ $answer[1] == files ]]; then
        _files
        return
    fi
    for line in "${(@)answer[2,-1]}"; do
        words_only+=("${line%%$tab*}")
        shown+=("${line/$tab/  -- }")
    done
    compadd -l -d shown -a words_only
}
if [[ $funcstack[1] == _lscctl ]]; then  # the file itself is the function: it lies in $fpath
    _lscctl
else
    compdef _lscctl lscctl
fi
