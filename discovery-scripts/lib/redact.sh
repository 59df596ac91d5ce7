# shellcheck shell=sh
# Takes passwords and tokens out of command lines, for awk. Sourced; sets redact_awk:
#
# redact_arguments(argument, count)  replaces in argument[1..count], of which the first is the program
#
# What stands for a secret is ***. Rather too much is taken than too little: the value behind any name with pass, pwd,
# secret, token, credential or api key in it, credentials in URLs, authorization headers, tokens of well-known forms, and
# the options by which some programs take a password without saying so.

# Used by those who source this.
# shellcheck disable=SC2034
redact_awk='
function redact_arguments(argument, count,    i, word, words, w, program, out) {
    redact_hides_next = 0
    program = redact_program(argument[1])
    for (i = 1; i <= count; i++) {
        if (argument[i] !~ / /) {
            argument[i] = redact_word(argument[i], i == 1 ? "" : program)
            continue
        }
        # A line for a shell, or a title that a program gives itself: word by word, by the program that comes first.
        if (redact_hides_next) {
            argument[i] = "***"
            redact_hides_next = 0
            continue
        }
        words = split(redact_text(argument[i]), word, " ")
        out = ""
        for (w = 1; w <= words; w++) {
            if (redact_options(redact_program(word[w])) != "") program = redact_program(word[w])
            out = out (w > 1 ? " " : "") redact_word(word[w], program)
        }
        argument[i] = out
        redact_hides_next = 0
    }
}

function redact_program(path) {
    sub(/.*\//, "", path)
    return path
}

function redact_word(word, program,    options) {
    if (redact_hides_next) {
        redact_hides_next = 0
        return "***"
    }
    options = redact_options(program)
    # Written together: -pSECRET.
    if (options != "" && word ~ /^-[A-Za-z]./ && index(options, " " substr(word, 1, 2) " ") && !index(options, " " word " ")) {
        return substr(word, 1, 2) "***"
    }
    if (word ~ /^-/ && word !~ /[=:]/ && tolower(word) ~ /pass|pwd|secret|token|credential|api[-_]?key|access[-_]?key|private[-_]?key/) {
        # The name of an option has no capitals or digits behind its first letter.
        if (word ~ /^-[A-Za-z].*[A-Z0-9]/ && word !~ /^--/) return substr(word, 1, 2) "***"
        redact_hides_next = 1
        return word
    }
    if (options != "" && index(options, " " word " ")) {
        redact_hides_next = 1
        return word
    }
    return redact_text(word)
}

# Options with a secret behind them, of programs that have them from their manual pages.
function redact_options(program) {
    if (program ~ /^(mysql|mariadb)|^mytop$/) return " -p "
    if (program ~ /^(curl|wget)$/) return " -u --user -U --proxy-user -E --cert -b --cookie "
    if (program ~ /^ldap/) return " -w -y "
    if (program ~ /^snmp/) return " -c -A -X -a -x "
    if (program ~ /^(smbclient|rpcclient|net|smbget|smbtree|smbcacls)$/) return " -U --user "
    if (program ~ /^redis-cli$/) return " -a "
    if (program ~ /^(sshpass|7z|7za|7zr|mosquitto_pub|mosquitto_sub|lftp|mongo|mongosh|mongodump|rar|unrar)$/) return " -p -P -u "
    if (program ~ /^(ipmitool|zip|unzip|sqlcmd|bcp|tsql|freebcp)$/) return " -P -p "
    if (program ~ /^(openssl)$/) return " -k -K -pass -passin -passout "
    if (program ~ /^(xfreerdp|rdesktop|vncviewer|impacket.*)$/) return " -p "
    return ""
}

function redact_text(text) {
    text = redact_after(text, "[a-z0-9_.-]*(pass|pwd|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key)[a-z0-9_.-]*[\"\047]?[ ]*[=:][ ]*[\"\047]?")
    text = redact_after(text, "[a-z0-9_.-]*pw[\"\047]?[ ]*[=:][ ]*[\"\047]?")
    text = redact_after(text, "authorization[\"\047]?[ ]*[=:][ ]*[\"\047]?(bearer|basic|digest|negotiate|token)?[ ]*")
    text = redact_after(text, "(bearer|basic) ")
    text = redact_after(text, "(ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|xox[abprs]-|hvs[.]|akia|eyj)")
    return redact_urls(text)
}

# What follows the expression, up to a blank, quote or the next part of a query.
function redact_after(text, expression,    low, out, rest) {
    out = ""
    low = tolower(text)
    while (match(low, expression)) {
        out = out substr(text, 1, RSTART + RLENGTH - 1)
        text = substr(text, RSTART + RLENGTH)
        rest = text
        sub(/[ &;,"\047].*/, "", rest)
        if (rest != "") out = out "***"
        text = substr(text, length(rest) + 1)
        low = tolower(text)
    }
    return out text
}

function redact_urls(text,    out) {
    out = ""
    while (match(text, /:\/\/[^ \/"\047]*@/)) {
        out = out substr(text, 1, RSTART + 2) "***@"
        text = substr(text, RSTART + RLENGTH)
    }
    return out text
}
'
