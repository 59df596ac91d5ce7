#!/bin/sh
# Files that only root, or who has CAP_DAC_READ_SEARCH, can find: one of each kind that the types which walk the disk look for.
#   sealed-files.sh package FOLDER FILE   makes in FOLDER a package with some of them, and puts it into FILE
#   sealed-files.sh files ROOT            once the package is installed in ROOT: changes what it brought, and adds what no package brought
set -eu
umask 022
case $1 in
  package)
    lib=$2/usr/lib/sealed
    mkdir -p "$2/DEBIAN" "$lib"
    printf 'Package: sealed\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: sealed\n' >"$2/DEBIAN/control"
    for name in changed setuid capable; do
      echo "as packed" >"$lib/$name"
      chmod 0755 "$lib/$name"
    done
    chmod 4755 "$lib/setuid"
    chmod 0700 "$lib"
    (cd "$2" && md5sum usr/lib/sealed/*) >"$2/DEBIAN/md5sums"
    dpkg-deb --root-owner-group --build "$2" "$3"
    ;;
  files)
    lib=$2/usr/lib/sealed
    echo changed >"$lib/changed"
    setcap cap_net_raw+ep "$lib/capable"
    sealed=$2/srv/sealed
    mkdir -p "$sealed/open-folder"
    for name in setuid open nobodys open-folder/setgid; do echo "of no package" >"$sealed/$name"; done
    chmod 4755 "$sealed/setuid"
    chmod 2755 "$sealed/open-folder/setgid"
    chmod 0666 "$sealed/open"
    chmod 0777 "$sealed/open-folder"
    # Nobody has this number.
    chown 54321:54321 "$sealed/nobodys"
    chmod 0700 "$sealed"
    ;;
  *) exit 64 ;;
esac
