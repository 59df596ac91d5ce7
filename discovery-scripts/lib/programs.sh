# shellcheck shell=sh
# The programs that a line for a shell starts, as far as can be told without running it, for awk. Sourced; sets programs_awk:
#
# programs_begin()        call it first
# programs_find(command)  calls programs_take(word, sort), which is the caller's own, for the first word of each simple command
#                         and what nice, flock, timeout and the like start (sort "program", a name or a path), for what an
#                         interpreter or the shell itself reads ("file"), and for the folder of run-parts ("folder")

# Used by those who source this.
# shellcheck disable=SC2034
programs_awk='
# Words that begin a command and are none themselves; those that are in the shell; those that start another program.
function programs_begin(    i, n, word) {
    # Implementation choice.
    programs_max_bytes = 1024
    n = split("if then else elif do while until ! { time exec command builtin eval", word, " ")
    for (i = 1; i <= n; i++) programs_keyword[word[i]] = 1
    n = split("test [ [[ echo true false exit export set unset read for case esac fi done wait printf umask trap shift cd : return sleep }", word, " ")
    for (i = 1; i <= n; i++) programs_builtin[word[i]] = 1
    n = split("nice ionice chrt timeout flock env setsid chronic cronic taskset setpriv stdbuf nohup run-one lockrun systemd-cat systemd-inhibit xargs cpulimit choom prlimit setarch busybox", word, " ")
    for (i = 1; i <= n; i++) programs_wrapper[word[i]] = 1
}

function programs_interprets(name) {
    return name ~ /^(sh|bash|dash|ash|zsh|ksh|mksh|perl|ruby|node|php)$/ || name ~ /^(perl|php|python|ruby)[0-9.]*$/
}

function programs_find(command) {
    programs_read(command, 0)
}

function programs_read(command, depth,    i, c, quote, text, is_open, skips) {
    quote = ""
    text = ""
    is_open = 0
    skips = 0
    for (i = 1; i <= length(command) && i <= programs_max_bytes; i++) {
        c = substr(command, i, 1)
        if (quote != "") {
            if (c == quote) quote = ""
            else text = text c
            continue
        }
        if (c == "\"" || c == "\047") {
            quote = c
            is_open = 1
            continue
        }
        if (c == "\\") {
            text = text substr(command, ++i, 1)
            is_open = 1
            continue
        }
        if (c !~ /[ \t;&|()<>`#]/ || c == "#" && is_open) {
            text = text c
            is_open = 1
            continue
        }
        if (is_open) {
            if (skips) skips = 0
            else if (text !~ /^[0-9]+$/ || c !~ /[<>]/) programs_word[depth, ++programs_words[depth]] = text
        }
        text = ""
        is_open = 0
        if (c == "#") break
        if (c ~ /[<>]/) {
            skips = 1
            if (substr(command, i + 1, 1) ~ /[<>&|]/) i++
        }
        if (c ~ /[;&|()`]/) programs_end(depth)
    }
    if (is_open && !skips) programs_word[depth, ++programs_words[depth]] = text
    programs_end(depth)
}

function programs_end(depth,    i, n, name, word) {
    n = programs_words[depth]
    programs_words[depth] = 0
    if (n > 200) n = 200
    for (i = 1; i <= n; i++) {
        word = programs_word[depth, i]
        if (word ~ /^[A-Za-z_][A-Za-z0-9_]*=/) continue
        if (word in programs_keyword) {
            if (programs_word[depth, i + 1] ~ /^-[vV]/ && i < n) return
            continue
        }
        break
    }
    if (i > n || (word in programs_builtin)) return
    name = word
    sub(/.*\//, "", name)
    if (word == "." || word == "source") {
        if (i < n) programs_take(programs_word[depth, i + 1], "file")
        return
    }
    programs_take(word, "program")
    if (name in programs_wrapper) programs_wrapped(depth, i + 1, n)
    else if (name == "run-parts") programs_parts(depth, i + 1, n)
    else if (programs_interprets(name)) programs_script(depth, i + 1, n, name)
}

function programs_wrapped(depth, i, n,    word, name) {
    for (; i <= n; i++) {
        word = programs_word[depth, i]
        if (word ~ /^-/ || word ~ /^[0-9.]+[smhd]?$/ || word ~ /^[A-Za-z_][A-Za-z0-9_]*=/) continue
        name = word
        sub(/.*\//, "", name)
        programs_take(word, "program")
        if (programs_interprets(name)) {
            programs_script(depth, i + 1, n, name)
            return
        }
        if (name == "run-parts") {
            programs_parts(depth, i + 1, n)
            return
        }
        if (word !~ /^\// && !(name in programs_wrapper)) return
    }
}

function programs_parts(depth, i, n,    found) {
    for (; i <= n; i++) if (programs_word[depth, i] ~ /^\//) found = programs_word[depth, i]
    if (found != "") programs_take(found, "folder")
}

function programs_script(depth, i, n, name,    word) {
    for (; i <= n; i++) {
        word = programs_word[depth, i]
        if (word !~ /^-/) {
            programs_take(word, "file")
            return
        }
        if (name ~ /sh$/ && word ~ /^-[a-z]*c$/) {
            if (depth < 3 && i < n) programs_read(programs_word[depth, i + 1], depth + 1)
            return
        }
        if (word ~ /^-(m|e|E|r|-eval)$/) return
        if (word ~ /^-[dWXIo]$/) i++
    }
}
'
