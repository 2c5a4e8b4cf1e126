# Completion of lscctl for bash. In ~/.bashrc: source <(lscctl completion bash)
_lscctl() {
    local -a answer
    mapfile -t answer < <("$1" completion bash --for "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    COMPREPLY=("${answer[@]:1}")
    if [[ ${answer[0]} == files ]]; then
        compopt -o default
    fi
}
complete -F _lscctl lscctl
