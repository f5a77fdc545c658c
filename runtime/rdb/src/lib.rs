//! Codec of Redis' serialised values and RDB files.
