/// Parsing JSON (RFC 8259) into data.
#include "call.h"
#include "build.h"
#include "data.h"
#include "number.h"

#define MAX_DEPTH 100

typedef struct parser {
    const char *at;
    const char *end;
    /// What is wrong; nothing as long as all is well.
    remold_bytes problem;
} parser;

static remold_data *parse_value(parser *in, unsigned depth);

static remold_data *wrong(parser *in, remold_bytes problem) {
    in->problem = remold_or(in->problem, problem);
    return NULL;
}

/// Returns the next byte; 0 at the end, where a NUL in the text is no JSON either.
static char peek(const parser *in) {
    return in->at < in->end ? *in->at : '\0';
}

static bool take(parser *in, char byte) {
    if (in->at == in->end || *in->at != byte) {
        return false;
    }
    in->at++;
    return true;
}

static bool take_word(parser *in, const char *word) {
    remold_bytes rest = {in->at, (size_t)(in->end - in->at)};
    if (!remold_starts_with(rest, word)) {
        return false;
    }
    in->at += remold_bytes_of(word).size;
    return true;
}

static void skip_blanks(parser *in) {
    while (take(in, ' ') || take(in, '\n') || take(in, '\r') || take(in, '\t')) {
    }
}

static bool take_digits(parser *in) {
    const char *start = in->at;
    while (peek(in) >= '0' && peek(in) <= '9') {
        in->at++;
    }
    return in->at > start;
}

static remold_data *parse_number(parser *in) {
    const char *start = in->at;
    take(in, '-');
    bool well = take(in, '0') || take_digits(in);
    if (take(in, '.')) {
        well = take_digits(in) && well;
    }
    if (take(in, 'e') || take(in, 'E')) {
        if (!take(in, '+')) {
            take(in, '-');
        }
        well = take_digits(in) && well;
    }
    if (!well) {
        return wrong(in, remold_bytes_of("a value is expected"));
    }
    remold_data *data = remold_data_of(REMOLD_NUMBER);
    data->text = remold_bytes_at(start, (size_t)(in->at - start));
    return data;
}

/// Reads four hexadecimal digits.
static bool take_unit(parser *in, uint32_t *unit) {
    *unit = 0;
    for (int count = 0; count < 4; count++) {
        char digit = peek(in);
        char letter = (char)(digit | 0x20);
        if (digit >= '0' && digit <= '9') {
            *unit = *unit * 16 + (uint32_t)(digit - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            *unit = *unit * 16 + (uint32_t)(letter - 'a') + 10;
        } else {
            return false;
        }
        in->at++;
    }
    return true;
}

/// Reads what is behind `\u`: a character, of which there may be two halves.
static bool take_character(parser *in, uint32_t *character) {
    uint32_t low;
    if (!take_unit(in, character) || (*character >= 0xDC00 && *character <= 0xDFFF)) {
        return false;
    }
    if (*character < 0xD800 || *character > 0xDBFF) {
        return true;
    }
    if (!take_word(in, "\\u") || !take_unit(in, &low) || low < 0xDC00 || low > 0xDFFF) {
        return false;
    }
    *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static void append_character(remold_builder *out, uint32_t character) {
    if (character < 0x80) {
        remold_append_byte(out, (char)character);
        return;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
    remold_append_byte(out, (char)(first[more] | (character >> (6 * more))));
    while (more-- > 0) {
        remold_append_byte(out, (char)(0x80 | ((character >> (6 * more)) & 0x3F)));
    }
}

/// Reads what is behind a backslash.
static bool take_escape(parser *in, remold_builder *out) {
    static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    uint32_t character;
    if (take(in, 'u')) {
        if (!take_character(in, &character)) {
            return false;
        }
        append_character(out, character);
        return true;
    }
    for (size_t at = 0; at + 1 < sizeof escapes; at += 2) {
        if (take(in, escapes[at])) {
            remold_append_byte(out, escapes[at + 1]);
            return true;
        }
    }
    return false;
}

/// Reads a string behind its first quote. One without escapes is not copied.
static bool parse_text(parser *in, remold_bytes *text) {
    remold_builder out = {0};
    const char *start = in->at;
    while (in->at < in->end && (unsigned char)*in->at >= 0x20) {
        const char *here = in->at;
        if (take(in, '"')) {
            remold_bytes last = {start, (size_t)(here - start)};
            if (out.size > 0) {
                remold_append(&out, last);
            }
            *text = out.size > 0 ? remold_built(&out) : last;
            return true;
        }
        in->at++;
        if (*here == '\\') {
            remold_append(&out, remold_bytes_at(start, (size_t)(here - start)));
            if (!take_escape(in, &out)) {
                break;
            }
            start = in->at;
        }
    }
    wrong(in, remold_bytes_of("a string has no end, an unknown escape or a control character"));
    return false;
}

static remold_data *parse_array(parser *in, unsigned depth) {
    remold_data *array = remold_data_of(REMOLD_ARRAY_OF_DATA);
    skip_blanks(in);
    if (take(in, ']')) {
        return array;
    }
    do {
        remold_data *item = parse_value(in, depth);
        if (item == NULL) {
            return NULL;
        }
        remold_data_push(array, item);
    } while (take(in, ','));
    return take(in, ']') ? array : wrong(in, remold_bytes_of("a comma or ] is expected"));
}

static remold_data *parse_object(parser *in, unsigned depth) {
    remold_data *object = remold_data_of(REMOLD_OBJECT);
    skip_blanks(in);
    if (take(in, '}')) {
        return object;
    }
    do {
        remold_bytes name;
        skip_blanks(in);
        if (!take(in, '"')) {
            return wrong(in, remold_bytes_of("the name of a member is expected"));
        }
        if (!parse_text(in, &name)) {
            return NULL;
        }
        skip_blanks(in);
        if (!take(in, ':')) {
            return wrong(in, remold_bytes_of("a colon is expected"));
        }
        remold_data *value = parse_value(in, depth);
        if (value == NULL) {
            return NULL;
        }
        remold_data_add(object, name, value);
    } while (take(in, ','));
    if (!take(in, '}')) {
        return wrong(in, remold_bytes_of("a comma or } is expected"));
    }
    remold_bytes twice = remold_data_name_twice(object);
    return remold_is_nothing(twice) ? object : wrong(in, remold_concat("the member \"", twice, "\" occurs twice"));
}

static remold_data *parse_plain(parser *in) {
    if (take_word(in, "null")) {
        return remold_data_of(REMOLD_NULL);
    }
    if (take_word(in, "true")) {
        return remold_data_bool(true);
    }
    if (take_word(in, "false")) {
        return remold_data_bool(false);
    }
    return parse_number(in);
}

/// Reads a value with the blanks around it.
static remold_data *parse_value(parser *in, unsigned depth) {
    remold_data *data;
    remold_bytes text;
    skip_blanks(in);
    if (take(in, '"')) {
        data = parse_text(in, &text) ? remold_data_string(text) : NULL;
    } else if (peek(in) != '[' && peek(in) != '{') {
        data = parse_plain(in);
    } else if (depth == MAX_DEPTH) {
        data = wrong(in, remold_bytes_of("it is nested too deep"));
    } else if (take(in, '[')) {
        data = parse_array(in, depth + 1);
    } else {
        in->at++;
        data = parse_object(in, depth + 1);
    }
    skip_blanks(in);
    return data;
}

remold_data *(remold_data_parse)(remold_bytes json, remold_bytes *problem) {
    parser in = {json.data, json.data + json.size, REMOLD_NOTHING};
    remold_data *data = NULL;
    if (remold_is_nothing(json) || !remold_is_text(json)) {
        wrong(&in, remold_bytes_of("it is not UTF-8 text"));
    } else {
        data = parse_value(&in, 0);
        if (data != NULL && in.at < in.end) {
            data = wrong(&in, remold_bytes_of("something follows the value"));
        }
    }
    if (problem != NULL) {
        remold_bytes place = remold_integer(in.at - json.data);
        *problem = data != NULL ? REMOLD_NOTHING : remold_concat(in.problem, ", at byte ", place);
    }
    return data;
}
