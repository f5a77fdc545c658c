/// Parsing, sorting and printing JSON; and JSON in records, edited in place.
#include "remold_test.h"

static void check_print(const char *json, const char *expected) {
    remold_bytes problem;
    remold_data *data = remold_data_parse(json, &problem);
    REMOLD_CHECK_BYTES(problem, NULL);
    REMOLD_CHECK(data != NULL);
    if (data != NULL) {
        REMOLD_CHECK_BYTES(remold_data_print(data), expected);
    }
}

static void check_wrong(const char *json) {
    remold_bytes problem;
    REMOLD_CHECK(remold_data_parse(json, &problem) == NULL && problem.size > 0);
}

static void prints_what_it_parsed(void) {
    check_print(" null ", "null");
    check_print("[true,false , 4.50,-0, 1e5,\n\"\"]", "[true,false,4.50,-0,1e5,\"\"]");
    check_print("{\"b\" : {}, \"a\":[ ]}", "{\"b\":{},\"a\":[]}");
    check_print("\"\\u00e9\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\\"\\\\\\u0001\"", "\"é😀/\\b\\f\\n\\r\\t\\\"\\\\\\u0001\"");
    check_print("\"\\u000B\\u0000\x7F\"", "\"\\u000b\\u0000\x7F\"");
    check_print("{\"\":1}", "{\"\":1}");
}

static void knows_what_is_no_json(void) {
    static const char *const wrong[] = {"", "nul", "tru", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", 
        "{\"a\":1,}", "01", "1.", ".5", "-", "1e", "+1", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\t\"", "1 2",
        "{\"a\":1,\"b\":2,\"a\":3}", "[1}", "\xFF", "[\"\xC3\"]"};
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
        check_wrong(wrong[at]);
    }
    remold_builder deep = {0};
    for (unsigned depth = 0; depth < 100; depth++) {
        remold_append_byte(&deep, '[');
    }
    remold_bytes open = remold_built(&deep);
    for (unsigned depth = 0; depth < 100; depth++) {
        remold_append_byte(&deep, ']');
    }
    REMOLD_CHECK(remold_data_parse(remold_built(&deep), NULL) != NULL);
    REMOLD_CHECK(remold_data_parse(remold_concat(open, "[]"), NULL) == NULL);
    remold_bytes problem;
    remold_data_parse("{\"name\":\"a", &problem);
    REMOLD_CHECK(remold_ends_with(problem, "at byte 10"));
}

static void looks_into_it(void) {
    remold_data *data = remold_data_parse("{\"c\":[3,1],\"a\":{\"y\":1,\"x\":2},\"b\":12,\"f\":1.5}", NULL);
    int64_t integer = 0;
    REMOLD_CHECK(remold_data_integer(remold_data_member(data, "b"), &integer) && integer == 12);
    REMOLD_CHECK(!remold_data_integer(remold_data_member(data, "f"), &integer));
    REMOLD_CHECK(!remold_data_integer(remold_data_member(data, "z"), &integer));
    REMOLD_CHECK(remold_data_member(remold_data_member(data, "z"), "y") == NULL);
    REMOLD_CHECK(remold_data_member(data, "c")->count == 2);
    remold_data_sort(data);
    REMOLD_CHECK_BYTES(remold_data_print(data), "{\"a\":{\"x\":2,\"y\":1},\"b\":12,\"c\":[3,1],\"f\":1.5}");
    remold_data *made = remold_data_of(REMOLD_OBJECT);
    remold_data *items = remold_data_of(REMOLD_ARRAY_OF_DATA);
    remold_data_push(items, remold_data_bool(true));
    remold_data_push(items, remold_data_of(REMOLD_NULL));
    remold_data_add(made, "items", items);
    remold_data_add(made, "text", remold_data_string("\xFF"));
    REMOLD_CHECK_BYTES(remold_data_print(made), "{\"items\":[true,null],\"text\":\"\xEF\xBF\xBD\"}");
}

static void check_edit(const char *before, const char *pointer, const char *value, const char *after) {
    remold_record *rec = remold_test_text("doc", before);
    if (value == NULL) {
        remold_json_remove(rec, pointer);
    } else {
        remold_json_set(rec, pointer, value);
    }
    REMOLD_CHECK(remold_catch(rec, NULL) == (after == NULL));
    REMOLD_CHECK_BYTES(remold_text_get(rec), after == NULL ? before : after);
}

static void edits_documents_in_place(void) {
    check_edit("{ \"a\" : 1 , \"b\":[ ] }", "/a", "2", "{ \"a\" : 2 , \"b\":[ ] }");
    check_edit("{ \"a\" : 1 }", "/b", "2", "{ \"a\" : 1,\"b\":2 }");
    check_edit("{ }", "/b", "2", "{\"b\":2 }");
    check_edit("[1 ]", "/-", "2", "[1,2 ]");
    check_edit("[1]", "/1", "2", "[1,2]");
    check_edit("[1]", "/2", "2", NULL);
    check_edit("[1]", "/x", "2", NULL);
    check_edit("{}", "/a/b", "2", NULL);
    check_edit("{\"a\":1}", "/a/b", "2", NULL);
    check_edit("{\"a~/\":1}", "/a~0~1", "null", "{\"a~/\":null}");
    check_edit(" {} ", "", "[]", " [] ");
    check_edit("{\"a\":1}", "/a", "{", NULL);
    check_edit("{\"a\":1}", "a", "1", NULL);
    check_edit("{\"a\":1", "/a", "1", NULL);
    check_edit("{ \"a\":1, \"b\":2, \"c\":3 }", "/a", NULL, "{ \"b\":2, \"c\":3 }");
    check_edit("{ \"a\":1, \"b\":2, \"c\":3 }", "/b", NULL, "{ \"a\":1, \"c\":3 }");
    check_edit("{ \"a\":1, \"b\":2 }", "/b", NULL, "{ \"a\":1 }");
    check_edit("[ \"]\\\",\" ]", "/0", NULL, "[ ]");
    check_edit("[1]", "/1", NULL, "[1]");
    check_edit("[1]", "", NULL, NULL);
}

int main(void) {
    remold_test_begin();
    prints_what_it_parsed();
    knows_what_is_no_json();
    looks_into_it();
    edits_documents_in_place();
    return remold_test_end();
}
