#!/bin/sh
# Makes a Debian root in an empty folder: what is essential there and what the packages depend on, as installed on this machine, and its own
# dpkg database. No Java, no network. Usage: debian-root.sh FOLDER [PACKAGE...]: more packages of this machine, with what they depend on
set -eu
root=$1
shift
all=
queue="$(dpkg-query -W -f '${Package} ${Essential} ${db:Status-Status}\n' | awk '$2 == "yes" && $3 == "installed" { print $1 }') passwd mawk $*"
while [ -n "$queue" ]; do
  next=
  for package in $queue; do
    case " $all " in *" $package "*) continue ;; esac
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || continue
    [ "$status" = installed ] || continue
    all="$all $package"
    # The first of alternatives is the one that the essential packages mean.
    next="$next $(dpkg-query -W -f '${Pre-Depends},${Depends}\n' "$package" | tr ',' '\n' | sed 's/[|(:].*//; s/ //g')"
  done
  queue=$(printf '%s' "$next" | tr -s ' \n' ' ' | sed 's/^ $//')
done

mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/proc" "$root/dev" "$root/sys" "$root/run" "$root/etc" "$root/usr/bin" "$root/usr/sbin" \
  "$root/usr/lib" "$root/usr/lib32" "$root/usr/lib64" "$root/usr/libx32"
# shellcheck disable=SC2086  # a list of words
{
  dpkg-query -L $all
  printf '%s\n' /usr/bin/awk /etc/alternatives/awk /etc/ld.so.cache /etc/localtime
} | awk 'substr($0, 1, 1) == "/" && $0 != "/." && $0 !~ "^/usr/share/(doc|man|locale|info)/."' | sort -u | while IFS= read -r path; do
  if [ -e "$path" ] || [ -L "$path" ]; then printf '.%s\n' "$path"; fi
done | tar -C / --no-recursion -cf - -T - | tar -C "$root" -xf -
# shellcheck disable=SC2086
dpkg-query -s $all >"$root/var/lib/dpkg/status"
: >"$root/var/lib/dpkg/available"
for package in $all; do
  for file in /var/lib/dpkg/info/"$package".list /var/lib/dpkg/info/"$package":*.list \
    /var/lib/dpkg/info/"$package".md5sums /var/lib/dpkg/info/"$package":*.md5sums; do
    if [ -e "$file" ]; then cp "$file" "$root/var/lib/dpkg/info/"; fi
  done
done
cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
printf "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n" >"$root/etc/nsswitch.conf"
: >"$root/etc/shadow"
: >"$root/etc/gshadow"
chmod 0640 "$root/etc/shadow" "$root/etc/gshadow"
echo muster-test >"$root/etc/hostname"
# No package has these as files of its own.
if [ -d "$root/etc/pam.d" ]; then cp /etc/pam.d/common-* "$root/etc/pam.d/"; fi
# No service starts by an installation here: the test does that, as the unit says.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
