//! What `[security]` decides about proofs: which ways count, which domains are enough by themselves, what a command needs.

use std::collections::BTreeMap;

use super::ways::{Way, Ways};
use crate::config::{Config, Security, Way as Named};
use crate::desk::command::Spec;

#[derive(Debug, Clone, Default)]
pub struct Policy {
    pub accept: Ways,
    /// In lower case. Their servers let nobody write as somebody else.
    pub trust_domains: Vec<String>,
    /// Where log-ins of our server have their addresses, if that is clear: one domain for all queues.
    pub login_domain: Option<String>,
    /// An agent without an account that is not suspended commands nothing.
    pub agents_need_account: bool,
    /// By the command's name in the table.
    pub(super) needs: BTreeMap<&'static str, Ways>,
}

impl Policy {
    #[must_use]
    pub fn from(config: &Config) -> Self {
        let Security { accept, trust_domains, needs, agents_need_account, .. } = &config.security;
        let named = needs.iter().filter_map(|(name, ways)| {
            Some((Spec::named(name)?.name, ways.iter().map(|way| way_of(*way)).collect()))
        });
        // Under two names it is one command all the same: then both are asked for.
        let mut needs: BTreeMap<&'static str, Ways> = BTreeMap::new();
        for (name, ways) in named {
            let all = needs.entry(name).or_default();
            *all = all.and(ways);
        }
        let mut domains: Vec<&str> = config.queues.iter().map(|q| q.address.domain()).collect();
        domains.sort_unstable();
        domains.dedup();
        let login_domain = match domains.as_slice() {
            [only] => Some(only.to_lowercase()),
            _ => None,
        };
        Self {
            accept: accept.iter().map(|way| way_of(*way)).collect(),
            trust_domains: trust_domains.clone(),
            login_domain,
            agents_need_account: *agents_need_account,
            needs,
        }
    }

    /// Whether what our own look at a domain finds can matter.
    #[must_use]
    pub fn looks_at(&self, domain: &str) -> bool {
        self.trust_domains.iter().any(|trusted| trusted.eq_ignore_ascii_case(domain))
            || self.needs.values().any(|ways| ways.has(Way::Dkim))
    }

    /// What a command asks for beyond a proof; most ask for nothing.
    #[must_use]
    pub fn needs(&self, command: &str) -> Ways {
        self.needs.get(command).copied().unwrap_or_default()
    }
}

const fn way_of(named: Named) -> Way {
    match named {
        Named::Token => Way::Token,
        Named::Authres => Way::AuthRes,
        Named::Dkim => Way::Dkim,
        Named::Openpgp => Way::OpenPgp,
    }
}
