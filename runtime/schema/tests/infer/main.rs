//! Inference as others use it: records in, proposals out, and drafts held against the records that they were made of.

mod bounds;
mod drafts;
mod keys;
mod merging;
mod property;
mod support;
mod variants;
