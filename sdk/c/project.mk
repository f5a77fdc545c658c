# Builds a transform and runs its tests. A project's Makefile sets NAME, and SDK, the folder of this file, and includes it.
#
#   make           build/NAME.wasm from src/*.c, by Zig's C compiler, which needs no C library and no SDK of WASI
#   make test      a native program of each tests/*.c, with the stand-in for the host, and runs it
#
# Zig is `zig` if it is installed, otherwise the package ziglang of PyPI: pip install ziglang==0.17.1. Clang with wasm-ld:
#   make WASM_CC="clang --target=wasm32 -nostdlib -ffreestanding -fno-exceptions"

ZIG ?= $(if $(shell command -v zig),zig,python3 -m ziglang)
WASM_CC ?= $(ZIG) cc -target wasm32-freestanding
WASM_FLAGS ?= -std=c11 -O2 -s -Wall -Wextra -Wl,--no-entry
TEST_FLAGS ?= -std=c11 -g -Wall -Wextra
BUILD ?= build

SOURCES := $(wildcard src/*.c)
TESTS := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/*.c))
SDK_FILES := $(wildcard $(SDK)/*.[ch] $(SDK)/remold/*.[ch] $(SDK)/remold_test/*.[ch])

.PHONY: all test clean

all: $(BUILD)/$(NAME).wasm

$(BUILD)/$(NAME).wasm: $(SOURCES) $(wildcard src/*.h) $(SDK_FILES)
	@mkdir -p $(BUILD)
	$(WASM_CC) $(WASM_FLAGS) -I$(SDK) -o $@ $(SOURCES) $(SDK)/remold.c

test: $(TESTS)
	@for test in $(TESTS); do $$test || exit 1; done

$(BUILD)/%: tests/%.c $(SOURCES) $(wildcard src/*.h) $(SDK_FILES)
	@mkdir -p $(BUILD)
	$(CC) $(TEST_FLAGS) -I$(SDK) -o $@ $< $(SDK)/remold.c $(SDK)/remold_test.c

clean:
	rm -rf $(BUILD)
