# shellcheck shell=sh
# Drop-in files in the order in which they count, as systemd and those that do likewise have it: by their names, whatever the folder; of
# one name that of the first folder; what is no file there (a link to /dev/null) hides the others too. Sourced:
#
#     . "$MUSTER_LIB/dropins.sh"
#     dropins 200 systemd/system.conf.d etc run usr/local/lib usr/lib
#
# prints, of systemd/system.conf.d/*.conf in these four below MUSTER_ROOT, a line "file PATH" or "denied PATH" each, and "cut -" where there
# are more than 200. No line feed is in what is printed but at its end. One sort where there are two or more, else no process.

dropins_newline='
'
# Below all that is in names, so that of two the shorter comes first.
dropins_mark=$(printf '\001')

dropins() {
    dropins_max=$1
    dropins_rest=$2
    shift 2
    dropins_list=
    dropins_count=0
    for dropins_folder; do
        for dropins_file in "$MUSTER_ROOT/$dropins_folder/$dropins_rest"/*.conf; do
            case $dropins_file in *"$dropins_newline"*) continue ;; esac
            if [ ! -e "$dropins_file" ] && [ ! -L "$dropins_file" ]; then continue; fi
            dropins_count=$((dropins_count + 1))
            if [ "$dropins_count" -gt "$dropins_max" ]; then
                echo 'cut -'
                break 2
            fi
            dropins_list=$dropins_list${dropins_file##*/}$dropins_mark$((10000 + dropins_count))$dropins_mark$dropins_file$dropins_newline
        done
    done
    case $dropins_count in
    0) ;;
    1) printf '%s' "$dropins_list" | dropins_print ;;
    *) printf '%s' "$dropins_list" | sort | dropins_print ;;
    esac
}

dropins_print() {
    dropins_last=
    while IFS= read -r dropins_file; do
        [ "${dropins_file%%"$dropins_mark"*}" != "$dropins_last" ] || continue
        dropins_last=${dropins_file%%"$dropins_mark"*}
        dropins_file=${dropins_file##*"$dropins_mark"}
        [ -f "$dropins_file" ] || continue
        if [ -r "$dropins_file" ]; then printf 'file %s\n' "$dropins_file"; else printf 'denied %s\n' "$dropins_file"; fi
    done
}
