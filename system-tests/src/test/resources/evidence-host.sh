#!/bin/sh
# A host that is as it should be, whatever this machine is. Runs in namespaces of its own (network, process ids, mounts), and
# nothing that it changes is seen outside of them:
#
#     sh evidence-host.sh FOLDER COMMAND …
#
# lays copies of what it changes into the folder, which is empty, over the machine's, and becomes the command.
set -e
own=$1
shift

lines() {
    file=$1
    shift
    printf '%s\n' "$@" >"$file"
}

# /etc, /dev/shm and /var/log
mount -t tmpfs -o nodev,nosuid,noexec,size=1m muster /dev/shm
mount -t tmpfs -o nodev,nosuid,noexec,size=1m,mode=755 muster /var/log
cp -a /etc "$own/etc"
mount --bind "$own/etc" /etc
# systemctl and Muster look at files, whatever runs.
[ ! -d /run/systemd ] || mount -t tmpfs muster /run/systemd

# sysctls of this network
sysctl -q -w net.ipv4.conf.all.log_martians=1 net.ipv4.conf.all.accept_redirects=0 \
    net.ipv4.conf.all.accept_source_route=0 net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.eth0.rp_filter=1

# The kernel's attributes of two interfaces, of which one looks physical and the other wireless.
ip link add wlan0 type bridge
for name in eth0 wlan0; do
    mkdir -p "$own/net/$name"
    for attribute in address carrier duplex flags mtu operstate speed type uevent; do
        ln -s "/sys/devices/virtual/net/$name/$attribute" "$own/net/$name/$attribute"
    done
done
mkdir "$own/net/eth0/device" "$own/net/wlan0/phy80211"
mount --bind "$own/net" /sys/class/net

# Packet filter
! command -v iptables >/dev/null || iptables -P FORWARD DROP

# Processor and the kernel's command line
mkdir "$own/vulnerabilities"
echo 'Not affected' >"$own/vulnerabilities/meltdown"
echo 'Not affected' >"$own/vulnerabilities/spectre_v2"
[ ! -d /sys/devices/system/cpu/vulnerabilities ] || mount --bind "$own/vulnerabilities" /sys/devices/system/cpu/vulnerabilities
printf '%s\t: %s\n' processor 0 flags 'fpu lm nx' >"$own/cpuinfo"
mount --bind "$own/cpuinfo" /proc/cpuinfo
echo 'quiet ro' >"$own/cmdline"
mount --bind "$own/cmdline" /proc/cmdline

# Operating system and packages
rm -f /etc/os-release
lines /etc/os-release ID=ubuntu 'VERSION_ID="26.04"'
ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime
if [ -f /var/lib/dpkg/status ]; then
    sed '/^Package: \(telnetd\|nis\|rsh-client\|auditd\)$/,/^$/d' /var/lib/dpkg/status >"$own/dpkg-status"
    lines "$own/auditd" '' 'Package: auditd' 'Status: install ok installed' 'Architecture: all' 'Version: 1'
    cat "$own/auditd" >>"$own/dpkg-status"
    mount --bind "$own/dpkg-status" /var/lib/dpkg/status
fi

# Accounts
chmod 0644 /etc/passwd /etc/group
chown root:root /etc/passwd /etc/group
sed -i '/^shadow:/d' /etc/group
echo 'shadow:x:7004:' >>/etc/group
echo 'homely:x:7009:7009::/var/log/homely:/bin/sh' >>/etc/passwd
mkdir -m 0700 /var/log/homely
chown 7009 /var/log/homely
: >/etc/shells
chmod 0644 /etc/shells
sed -i '/^[^#]*PASS_\(MIN_DAYS\|MAX_DAYS\|WARN_AGE\)/d' /etc/login.defs
printf '%s\n' 'PASS_MIN_DAYS 1' 'PASS_MAX_DAYS 30' 'PASS_WARN_AGE 7' >>/etc/login.defs
rm -rf /etc/sudoers.d
lines /etc/sudoers 'Defaults use_pty, timestamp_timeout=5, env_reset' 'root ALL=(ALL:ALL) ALL'

# PAM
mkdir -p /etc/pam.d /etc/security
lines /etc/pam.d/login 'auth required pam_unix.so' 'account required pam_unix.so' 'password requisite pam_pwquality.so' \
    'password required pam_unix.so use_authtok yescrypt' 'session required pam_unix.so'
lines /etc/pam.d/runuser 'auth sufficient pam_rootok.so' 'session required pam_limits.so'
lines /etc/security/pwquality.conf 'difok = 8' 'minlen = 16' 'maxrepeat = 3'
rm -rf /etc/security/limits.d
lines /etc/security/limits.conf '* hard core 0'

# Services, jobs and daemons
mkdir -p /etc/systemd/system /etc/xinetd.d /etc/cron.d /etc/audit
rm -f /etc/systemd/system/*.wants/vsftpd.service /etc/systemd/system/*.wants/snmpd.service
for name in vsftpd snmpd; do
    lines "/etc/systemd/system/$name.service" '[Service]' 'ExecStart=/bin/true' '[Install]' 'WantedBy=multi-user.target'
done
ln -sfn /usr/lib/systemd/system/multi-user.target /etc/systemd/system/default.target
lines /etc/xinetd.conf 'includedir /etc/xinetd.d'
lines /etc/xinetd.d/daytime 'service daytime' '{' ' disable = yes' ' socket_type = stream' '}'
rm -rf /etc/crontab /etc/anacrontab /etc/cron.*/*
: >/var/log/job
chmod 0755 /var/log/job
lines /etc/cron.d/muster '0 0 1 1 * root /var/log/job'
rm -rf /etc/rsyslog.d
lines /etc/rsyslog.conf '*.* @@192.0.2.1:514'
lines /etc/exports '/srv 192.0.2.0/24(ro,root_squash)'
lines /etc/audit/auditd.conf 'max_log_file = 8' 'action_mail_acct = root' 'flush = data'
mkdir -m 0750 /var/log/audit
: >/var/log/audit/audit.log
chmod 0600 /var/log/audit/audit.log
if [ -f /etc/ssh/sshd_config ]; then
    lines "$own/sshd_config" 'PermitRootLogin no' 'PermitEmptyPasswords no' 'HostbasedAuthentication no'
    cp "$own/sshd_config" /etc/ssh/sshd_config
    rm -f /etc/ssh/ssh_host_*
    ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
fi

# Names, texts and certificates
lines /etc/hosts '127.0.0.1 localhost' '::1 localhost' '192.0.2.9 db-1'
rm -f /etc/resolv.conf
lines /etc/resolv.conf 'nameserver 192.0.2.53' 'nameserver 192.0.2.54'
[ ! -f /etc/nsswitch.conf ] || sed -i '/^hosts:/d' /etc/nsswitch.conf
echo 'hosts: files dns' >>/etc/nsswitch.conf
rm -f /etc/issue
lines /etc/issue 'Authorised use only'
lines /etc/profile.d/muster.sh 'TMOUT=600'
mkdir -p /etc/ssl/certs
! command -v openssl >/dev/null ||
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=web-3 -keyout "$own/key" -out /etc/ssl/certs/web-3.pem 2>/dev/null

exec "$@"
