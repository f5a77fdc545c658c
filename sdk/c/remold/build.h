/// Making new bytes: joined, replaced, grown piece by piece. They lie in the arena of memory.h.
#ifndef REMOLD_BUILD_H
#define REMOLD_BUILD_H

#include "bytes.h"

/// Joins so many bytes. What is nothing among them adds nothing.
remold_bytes remold_join(const remold_bytes *parts, size_t count);

/// Joins two to eight bytes or C strings.
#define remold_concat(...) REMOLD_CONCAT_CHOSEN(__VA_ARGS__, \
    REMOLD_CONCAT8, REMOLD_CONCAT7, REMOLD_CONCAT6, REMOLD_CONCAT5, REMOLD_CONCAT4, REMOLD_CONCAT3, REMOLD_CONCAT2, 0) \
    (__VA_ARGS__)
#define REMOLD_CONCAT_CHOSEN(a, b, c, d, e, f, g, h, chosen, ...) chosen
#define REMOLD_CONCAT_PARTS(count, ...) remold_join((const remold_bytes[]){__VA_ARGS__}, count)
#define REMOLD_CONCAT2(a, b) REMOLD_CONCAT_PARTS(2, REMOLD_BYTES(a), REMOLD_BYTES(b))
#define REMOLD_CONCAT3(a, b, c) REMOLD_CONCAT_PARTS(3, REMOLD_BYTES(a), REMOLD_BYTES(b), REMOLD_BYTES(c))
#define REMOLD_CONCAT4(a, b, c, d) \
    REMOLD_CONCAT_PARTS(4, REMOLD_BYTES(a), REMOLD_BYTES(b), REMOLD_BYTES(c), REMOLD_BYTES(d))
#define REMOLD_CONCAT5(a, b, c, d, e) \
    REMOLD_CONCAT_PARTS(5, REMOLD_BYTES(a), REMOLD_BYTES(b), REMOLD_BYTES(c), REMOLD_BYTES(d), REMOLD_BYTES(e))
#define REMOLD_CONCAT6(a, b, c, d, e, f) REMOLD_CONCAT2(REMOLD_CONCAT5(a, b, c, d, e), f)
#define REMOLD_CONCAT7(a, b, c, d, e, f, g) REMOLD_CONCAT3(REMOLD_CONCAT5(a, b, c, d, e), f, g)
#define REMOLD_CONCAT8(a, b, c, d, e, f, g, h) REMOLD_CONCAT4(REMOLD_CONCAT5(a, b, c, d, e), f, g, h)

/// Returns the bytes with every place where `part` is replaced by `with`. The part may not be empty.
remold_bytes remold_replace(remold_bytes bytes, remold_bytes part, remold_bytes with);
#define remold_replace(bytes, part, with) \
    remold_replace(REMOLD_BYTES(bytes), REMOLD_BYTES(part), REMOLD_BYTES(with))

/// Returns a copy that a NUL follows, for libraries that want C strings.
char *remold_c_string(remold_bytes bytes);
#define remold_c_string(bytes) remold_c_string(REMOLD_BYTES(bytes))

/// Bytes that grow. `{0}` is an empty one. Its parts are for the SDK alone.
typedef struct remold_builder {
    /// The first byte.
    char *data;
    /// How many there are.
    size_t size;
    /// How many there is room for.
    size_t room;
} remold_builder;

/// Adds bytes at the end.
void remold_append(remold_builder *builder, remold_bytes bytes);
#define remold_append(builder, bytes) remold_append(builder, REMOLD_BYTES(bytes))

/// Adds a byte at the end.
void remold_append_byte(remold_builder *builder, char byte);

/// Returns what was built so far: bytes, not nothing. More may be added afterwards.
remold_bytes remold_built(const remold_builder *builder);

#endif
