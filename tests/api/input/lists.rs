//! Lists in CSV.
