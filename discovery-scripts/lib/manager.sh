# shellcheck shell=sh
# Which package manager the system lives by. Sourced; sets manager to apt, dnf, yum, zypper, apk or nothing.

# Used by those who source this.
# shellcheck disable=SC2034
{
manager=
if [ -f "$MUSTER_ROOT/var/lib/dpkg/status" ]; then
    manager=apt
elif [ -f "$MUSTER_ROOT/lib/apk/db/installed" ] || [ -f "$MUSTER_ROOT/usr/lib/apk/db/installed" ]; then
    manager=apk
elif [ -d "$MUSTER_ROOT/etc/zypp" ]; then
    manager=zypper
elif [ -d "$MUSTER_ROOT/var/lib/rpm" ] || [ -d "$MUSTER_ROOT/usr/lib/sysimage/rpm" ]; then
    manager=dnf
    [ -d "$MUSTER_ROOT/etc/dnf" ] || [ ! -d "$MUSTER_ROOT/etc/yum.repos.d" ] || manager=yum
fi
}
