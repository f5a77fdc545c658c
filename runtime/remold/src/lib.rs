//! Changes the shape of live Redis data with user-written code, safely: the embedding API.
