# shellcheck shell=sh
# Sorted lists for awk, since not every awk can sort. Sourced after json.sh; sets list_awk:
#
# list_sort(item, count)  puts item[1..count] in the order of their bytes
# list_json(item, count)  the same, then as a JSON list of strings without repetitions
# list_take(name, value)  adds value to the list of that name, once; for list_out
# list_out(name)          what was taken as a JSON list of strings, sorted

# Used by those who source this.
# shellcheck disable=SC2034
list_awk='
# Heapsort: lists may be long, and made to hurt. The x keeps numbers from being compared as such.
function list_sort(item, count,    first, last, held) {
    first = int(count / 2) + 1
    last = count
    while (last > 1) {
        if (first > 1) {
            held = item[--first]
        } else {
            held = item[last]
            item[last--] = item[1]
            if (last == 1) {
                item[1] = held
                return
            }
        }
        list_sift(item, first, last, held)
    }
}

function list_sift(item, parent, last, held,    child) {
    while ((child = 2 * parent) <= last) {
        if (child < last && "x" item[child] < "x" item[child + 1]) child++
        if ("x" held >= "x" item[child]) break
        item[parent] = item[child]
        parent = child
    }
    item[parent] = held
}

function list_json(item, count,    i, out) {
    list_sort(item, count)
    out = "["
    for (i = 1; i <= count; i++) {
        if (i > 1 && item[i] == item[i - 1]) continue
        out = out (i > 1 ? "," : "") json_text(item[i])
    }
    return out "]"
}

function list_take(name, value) {
    if ((name, value) in list_taken) return
    list_taken[name, value] = 1
    list_item[name, ++list_count[name]] = value
}

function list_out(name,    i, item) {
    split("", item)
    for (i = 1; i <= list_count[name]; i++) item[i] = list_item[name, i]
    return list_json(item, list_count[name] + 0)
}
'
