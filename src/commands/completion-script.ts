export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type ShellName = (typeof shells)[number];

/**
 * What a shell asks the program for at each TAB. The program answers from its manifest and from local files, so the script needs no
 * renewal: a line that begins with ":" says how (":files" leaves it to the shell, ":nospace" goes on in the same word), then one
 * candidate a line, a tab, what it is.
 */
const scripts: Readonly<Record<ShellName, string>> = {
  bash: `# bash completion for aleph-agent: source <(aleph-agent completion bash)
_aleph_agent() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) compopt -o default 2>/dev/null; COMPREPLY=(); return ;;
      :nospace) compopt -o nospace 2>/dev/null ;;
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(aleph-agent __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _aleph_agent aleph-agent
`,
  zsh: `#compdef aleph-agent
# zsh completion for aleph-agent: source <(aleph-agent completion zsh), after compinit
_aleph_agent() {
  local line kind
  local -a values described
  while IFS= read -r line; do
    case "$line" in
      :*) kind="$line" ;;
      *) values+=("\${line%%$'\\t'*}"); described+=("\${line/$'\\t'/  -- }") ;;
    esac
  done < <(aleph-agent __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  case "$kind" in
    :files) _files ;;
    :nospace) compadd -S '' -l -d described -a values ;;
    *) compadd -l -d described -a values ;;
  esac
}
compdef _aleph_agent aleph-agent
`,
  fish: `# fish completion for aleph-agent: aleph-agent completion fish | source
function __aleph_agent_complete
    set -l typed (commandline -opc) (commandline -ct)
    set -l lines (aleph-agent __complete -- $typed[2..-1] 2>/dev/null)
    if test "$lines[1]" = ':files'
        __fish_complete_path (commandline -ct)
    else
        string match -v -r '^:' -- $lines
    end
end
complete -c aleph-agent -f -a '(__aleph_agent_complete)'
`,
  // what a completer leaves out PowerShell completes as a file; an empty word is lost before 7.3 unless it is quoted
  powershell: `# PowerShell completion for aleph-agent, in $PROFILE: aleph-agent completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName aleph-agent -ScriptBlock {
    param($word, $ast, $cursor)
    $typed = @($ast.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object { $_.Extent.Text } | Select-Object -Skip 1)
    if ($word -eq '') { $typed += $(if ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' }) }
    foreach ($line in @(aleph-agent __complete -- @typed 2>$null)) {
        if ($line.StartsWith(':')) { continue }
        $value, $what = $line -split "\`t", 2
        if (-not $what) { $what = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $what)
    }
}
`,
};

export const completionScript = (shell: ShellName): string => scripts[shell];
