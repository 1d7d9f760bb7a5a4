//! The ways in which an agent can be proven, and sets of them: a mail may be proven in several, and a command may need several.

/// How it was proven. `accept` and `needs` in `[security]` name all but the challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// The token of a mail to exactly this agent.
    Token,
    /// `#yes` to a challenge at the registered address.
    Challenge,
    /// Our own server's Authentication-Results (RFC 8601).
    AuthRes,
    /// Our own check of the sender's domain.
    Dkim,
    OpenPgp,
}

const ALL: [Way; 5] = [Way::Token, Way::Challenge, Way::AuthRes, Way::Dkim, Way::OpenPgp];

/// Several ways at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways(u8);

impl Way {
    const fn bit(self) -> u8 {
        match self {
            Self::Token => 1,
            Self::Challenge => 2,
            Self::AuthRes => 4,
            Self::Dkim => 8,
            Self::OpenPgp => 16,
        }
    }

    /// As the configuration writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Challenge => "challenge",
            Self::AuthRes => "authres",
            Self::Dkim => "dkim",
            Self::OpenPgp => "openpgp",
        }
    }
}

impl Ways {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub const fn with(self, way: Way) -> Self {
        Self(self.0 | way.bit())
    }

    #[must_use]
    pub const fn has(self, way: Way) -> bool {
        self.0 & way.bit() != 0
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those of these that `allowed` has, too.
    #[must_use]
    pub const fn only(self, allowed: Self) -> Self {
        Self(self.0 & allowed.0)
    }

    /// Those of these that `others` lacks.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// In the order of the manual.
    pub fn iter(self) -> impl Iterator<Item = Way> {
        ALL.into_iter().filter(move |way| self.has(*way))
    }
}

impl From<Way> for Ways {
    fn from(way: Way) -> Self {
        Self::NONE.with(way)
    }
}

impl FromIterator<Way> for Ways {
    fn from_iter<I: IntoIterator<Item = Way>>(ways: I) -> Self {
        ways.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_ways_is_what_was_put_into_it() {
        let two: Ways = [Way::Token, Way::Dkim].into_iter().collect();
        assert!(two.has(Way::Token) && two.has(Way::Dkim) && !two.has(Way::OpenPgp));
        assert_eq!(two.without(Way::Token.into()), Way::Dkim.into());
        assert_eq!(two.only(Way::AuthRes.into()), Ways::NONE);
        assert_eq!(two.and(Way::OpenPgp.into()).iter().count(), 3);
        assert!(Ways::NONE.is_empty() && !two.is_empty());
    }
}
