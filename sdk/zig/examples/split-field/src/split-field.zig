//! Splits the field "name" of a user into "first" and "last", as examples/01-split-name does: without an SDK, straight
//! from the WIT package by the canonical ABI.

const std = @import("std");

// What is imported of the host. Bytes and texts are a pointer and a length; a `result` is written to the address that
// is given last.
extern "remold:transform/hashes@0.1.0" fn @"contains-text"(
    i: u32,
    name: [*]const u8,
    len: usize,
    answer: *Answer(bool),
) void;
extern "remold:transform/hashes@0.1.0" fn @"get-text"(
    i: u32,
    name: [*]const u8,
    len: usize,
    answer: *Answer(Optional),
) void;
extern "remold:transform/hashes@0.1.0" fn @"set-text"(
    i: u32,
    name: [*]const u8,
    len: usize,
    value: [*]const u8,
    value_len: usize,
    answer: *Answer(void),
) void;
extern "remold:transform/hashes@0.1.0" fn @"remove-text"(
    i: u32,
    name: [*]const u8,
    len: usize,
    answer: *Answer(void),
) void;
extern "remold:transform/records@0.1.0" fn skip(i: u32, reason: [*]const u8, len: usize) void;
extern "remold:transform/records@0.1.0" fn reject(
    i: u32,
    code: [*]const u8,
    code_len: usize,
    message: [*]const u8,
    len: usize,
) void;
/// `unhandled` is taken apart: an option is a flag before its value, and so `place` is a flag and what a place consists
/// of.
extern "remold:transform/records@0.1.0" fn fail(
    i: u32,
    has_code: u32,
    code: u32,
    message: [*]const u8,
    len: usize,
    has_place: u32,
    file: [*]const u8,
    file_len: usize,
    line: u32,
    column: u32,
) void;

/// `string`
const Text = extern struct { ptr: [*]const u8, len: usize };

/// `option<string>`
const Optional = extern struct { present: bool, text: Text };

/// `host-error`
const HostError = extern struct { code: u8, message: Text };

/// `result<T, host-error>`: the case in a byte, and behind it either, at the greatest alignment of both.
fn Answer(comptime T: type) type {
    return extern struct {
        refused: bool,
        payload: extern union { err: HostError, value: if (T == void) u8 else T },

        /// Returns what the host answered, and remembers why it refused.
        fn get(answer: @This()) error{Refused}!T {
            if (answer.refused) {
                refusal = answer.payload.err;
                return error.Refused;
            }
            if (T != void) return answer.payload.value;
        }
    };
}

comptime {
    std.debug.assert(@offsetOf(HostError, "message") == 4);
    std.debug.assert(@offsetOf(Optional, "text") == 4);
    std.debug.assert(@offsetOf(Answer(void), "payload") == 4 and @sizeOf(Answer(void)) == 16);
    std.debug.assert(@offsetOf(Answer(bool), "payload") == 4 and @offsetOf(Answer(Optional), "payload") == 4);
}

/// The last refusal of the host.
var refusal: HostError = undefined;

/// What the host writes its answers into; emptied for each record.
var arena = std.heap.ArenaAllocator.init(std.heap.wasm_allocator);

/// What the host calls for memory.
export fn cabi_realloc(old: ?[*]u8, old_len: usize, alignment: usize, len: usize) [*]u8 {
    const new = arena.allocator().rawAlloc(@max(len, 1), .fromByteUnits(alignment), @returnAddress()) orelse @trap();
    if (old) |bytes| @memcpy(new[0..@min(old_len, len)], bytes[0..@min(old_len, len)]);
    return new;
}

fn contains(i: u32, name: []const u8) !bool {
    var answer: Answer(bool) = undefined;
    @"contains-text"(i, name.ptr, name.len, &answer);
    return answer.get();
}

fn get(i: u32, name: []const u8) !?[]const u8 {
    var answer: Answer(Optional) = undefined;
    @"get-text"(i, name.ptr, name.len, &answer);
    const found = try answer.get();
    return if (found.present) found.text.ptr[0..found.text.len] else null;
}

fn set(i: u32, name: []const u8, value: []const u8) !void {
    var answer: Answer(void) = undefined;
    @"set-text"(i, name.ptr, name.len, value.ptr, value.len, &answer);
    return answer.get();
}

fn remove(i: u32, name: []const u8) !void {
    var answer: Answer(void) = undefined;
    @"remove-text"(i, name.ptr, name.len, &answer);
    return answer.get();
}

fn split(i: u32) !void {
    if (try contains(i, "first")) {
        const reason = "split already";
        return skip(i, reason, reason.len);
    }
    const name = try get(i, "name") orelse {
        const code = "no-name";
        const message = "there is nothing to split";
        return reject(i, code, code.len, message, message.len);
    };
    // Two parts at most: "Lupe García Márquez" keeps both last names.
    const space = std.mem.indexOfScalar(u8, name, ' ') orelse name.len;
    try set(i, "first", name[0..space]);
    try set(i, "last", name[@min(space + 1, name.len)..]);
    try remove(i, "name");
}

/// The way back, for users that the application has written since.
fn join(i: u32) !void {
    const first = try get(i, "first") orelse {
        const reason = "not split";
        return skip(i, reason, reason.len);
    };
    const last = try get(i, "last") orelse "";
    const name = if (last.len == 0) first else try std.mem.concat(arena.allocator(), u8, &.{ first, " ", last });
    try set(i, "name", name);
    try remove(i, "first");
    try remove(i, "last");
}

/// Calls a function for each record, and tells the host of the errors that it did not handle, which cost their record
/// alone.
fn each(count: u32, transform: *const fn (i: u32) anyerror!void) void {
    for (0..count) |number| {
        const i: u32 = @intCast(number);
        _ = arena.reset(.retain_capacity);
        transform(i) catch |err| switch (err) {
            error.Refused => fail(i, 1, refusal.code, refusal.message.ptr, refusal.message.len, 0, "", 0, 0, 0),
            else => fail(i, 0, 0, @errorName(err).ptr, @errorName(err).len, 0, "", 0, 0, 0),
        };
    }
}

export fn migrate(count: u32) void {
    each(count, split);
}

export fn revert(count: u32) void {
    each(count, join);
}
