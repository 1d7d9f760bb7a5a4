//! The only place that draws random bytes, all from the operating system. What they are used for is decided elsewhere.

use ring::rand::{SecureRandom, SystemRandom};

/// `N` bytes that nobody can foresee: keys, tokens, passwords, salts.
///
/// Ends the program where the operating system has none to give: whatever goes on without them would not be safe.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        eprintln!(
            "postamt: the operating system gives no random bytes\n  do  see that /dev/urandom can be read"
        );
        std::process::abort();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn two_draws_differ() {
        assert_ne!(bytes::<32>(), bytes::<32>());
    }
}
