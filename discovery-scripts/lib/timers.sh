# shellcheck shell=sh
# Which timers of systemd are enabled, and which files say what they do. Sourced, and used in the root folder; prints lines for
# awk:
#
# timers_units   "//timer x.timer" and then "timer FILE" for each file that says something of it, in the order in which they count;
#                afterwards "//service x.timer x.service" and "service FILE" likewise; "//denied timers" and
#                "//truncated timers" where not all is told
# timers_offer KIND FILE WHAT   "KIND FILE" where the file is one that can be opened, "//denied WHAT" where it may not be
#
# No line feed is in what is printed but at its end. After dropins.sh.

timers_newline='
'

timers_offer() {
    case $2 in *"$timers_newline"*) return ;; esac
    [ -f "$2" ] || return
    if [ -r "$2" ]; then printf '%s %s\n' "$1" "$2"; else echo "//denied $3"; fi
}

timers_units() {
    timers_plan=$(timers_enabled)
    printf '%s\n' "$timers_plan"
    printf '%s\n' "$timers_plan" | timers_services | while read -r timer service; do
        printf '//service %s %s\n' "$timer" "$service"
        timers_files service "$service"
    done
}

# The file of a unit, where earlier folders hide later ones (systemd.unit(5)), and then what drops in.
timers_files() {
    name=$2
    case $name in *@*.*) name=${name%%@*}@.${name##*.} ;; esac
    for folder in etc run usr/local/lib usr/lib lib; do
        unit=$folder/systemd/system/$2
        [ -e "$unit" ] || [ -L "$unit" ] || unit=$folder/systemd/system/$name
        [ -e "$unit" ] || [ -L "$unit" ] || continue
        # Masked: a link to /dev/null.
        if [ -f "$unit" ] && [ -s "$unit" ]; then timers_offer "$1" "$unit" timers; fi
        break
    done
    for folder in etc run usr/local/lib usr/lib lib; do
        [ -d "$folder/systemd/system/$2.d" ] || continue
        dropins 100 "systemd/system/$2.d" etc run usr/local/lib usr/lib lib | while read -r _ file; do
            timers_offer "$1" "${file#"$MUSTER_ROOT/"}" timers
        done
        break
    done
}

# Timers that something wants, which is what "systemctl enable" does, and those that their packages always start.
timers_enabled() {
    timers_seen=$timers_newline
    count=0
    for link in etc/systemd/system/*.wants/*.timer etc/systemd/system/*.requires/*.timer \
        usr/local/lib/systemd/system/*.wants/*.timer usr/lib/systemd/system/*.wants/*.timer \
        lib/systemd/system/*.wants/*.timer; do
        timer=${link##*/}
        case $timer in *[!A-Za-z0-9:_.\\@-]* | '*.timer') continue ;; esac
        case $timers_seen in *"$timers_newline$timer$timers_newline"*) continue ;; esac
        count=$((count + 1))
        if [ "$count" -gt 300 ]; then
            echo '//truncated timers'
            break
        fi
        timers_seen=$timers_seen$timer$timers_newline
        printf '//timer %s\n' "$timer"
        timers_files timer "$timer"
    done
}

# Timer and service, a line each: what Unit= says, else what has the same name.
timers_services() {
    awk '
    /^\/\/timer / { flush(); timer = $2; service = ""; next }
    /^timer / {
        file = substr($0, 7)
        for (lines = 0; lines < 1000 && (getline line < file) > 0; lines++) {
            if (length(line) < 300 && line ~ /^[ \t]*Unit[ \t]*=[ \t]*[A-Za-z0-9:_.\\@-]+\.service[ \t\r]*$/) {
                sub(/^[^=]*=[ \t]*/, "", line)
                sub(/[ \t\r]*$/, "", line)
                service = line
            }
        }
        close(file)
    }
    END { flush() }
    function flush() {
        if (timer == "") return
        if (service == "") { service = timer; sub(/timer$/, "service", service) }
        print timer, service
    }'
}
