//! stand-in
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Yes,
    No,
    Doubtful { why: &'static str },
}
