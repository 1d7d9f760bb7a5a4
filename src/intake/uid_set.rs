//! UIDs as a command names them: `3:5,9` (RFC 9051 section 9, `sequence-set`).

use std::fmt::Write as _;

/// Runs of consecutive numbers become ranges, so that a batch is a short line.
pub fn uid_set(uids: impl IntoIterator<Item = u32>) -> String {
    let mut uids: Vec<u32> = uids.into_iter().collect();
    uids.sort_unstable();
    uids.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let mut set = String::new();
    for (first, last) in runs {
        let comma = if set.is_empty() { "" } else { "," };
        // Writing into a String cannot fail.
        _ = if first == last {
            write!(set, "{comma}{first}")
        } else {
            write!(set, "{comma}{first}:{last}")
        };
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_uids_become_a_range() {
        let cases: [(&[u32], &str); 5] = [
            (&[], ""),
            (&[7], "7"),
            (&[5, 3, 4, 9, 4], "3:5,9"),
            (&[1, 3, 5, 6], "1,3,5:6"),
            (&[u32::MAX, u32::MAX - 1, 1], "1,4294967294:4294967295"),
        ];
        for (uids, set) in cases {
            assert_eq!(uid_set(uids.iter().copied()), set);
        }
    }
}
