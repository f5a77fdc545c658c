//! The run: pipeline, protocol, journal records, overlay, verify and rollback.
