# Says what kind of host this is; changes nothing but what an earlier try left behind. Read by sh on its standard input, as who logs in.
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
say() { printf 'muster:%s=%s\n' "$1" "$2"; }

say machine "$(uname -m)"
# shellcheck source=/dev/null
say system "$([ -r /etc/os-release ] && . /etc/os-release && printf %s "${PRETTY_NAME:-}")"

# A package manager that does not know itself is a mere tool here.
if [ -n "$(dpkg-query -W -f '${Version}' dpkg 2>/dev/null)" ]; then
  say kind deb
  say architecture "$(dpkg --print-architecture)"
  # shellcheck disable=SC2016,SC2046  # dpkg's own variables; two words
  set -- $(dpkg-query -W -f '${db:Status-Status} ${Version}' muster-agent 2>/dev/null)
  if [ "${1:-}" = installed ]; then say installed "$2"; fi
elif rpm -q rpm >/dev/null 2>&1; then
  say kind rpm
  say architecture "$(rpm --eval '%{_arch}')"
  if version=$(rpm -q --qf '%{VERSION}-%{RELEASE}' muster-agent 2>/dev/null); then say installed "$version"; fi
fi

if [ "$(id -u)" = 0 ]; then
  say root yes
elif ! command -v sudo >/dev/null 2>&1; then
  say root none
elif said=$(sudo -n true 2>&1); then
  say root sudo
else
  say root asks
  say sudo "$(printf %s "$said" | tail -n 1)"
fi

free() { # folder; KiB
  # shellcheck disable=SC2046  # the columns of its last line
  set -- $(df -Pk "$1" 2>/dev/null | tail -n 1)
  echo "${4:-0}"
}
say free_usr "$(free /usr)"
say free_tmp "$(free /var/tmp)"

# Of a run that may still go on, none: each of its two waits ends within a day.
find /var/tmp -maxdepth 1 -type d -name 'muster-install.*' -user "$(id -un)" -mtime +2 -exec rm -rf {} + 2>/dev/null
exit 0
