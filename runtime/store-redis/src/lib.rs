//! The keyspace of a live Redis or Valkey server.
