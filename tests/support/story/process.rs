//! What the kernel knows of a process: who may reach it from outside, and whom it has started.

use std::collections::BTreeSet;
use std::fs;

/// Sockets of the process that take in what anybody sends, as the kernel prints them: TCP in the state LISTEN, and UDP that is
/// not bound to one peer.
pub fn listening(process: u32) -> Vec<String> {
    let sockets: BTreeSet<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| {
            Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    assert!(!sockets.is_empty(), "it is connected to nothing, so this shows nothing");
    let mut open = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let lines = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in lines.lines().skip(1) {
            // sl, local address, remote address, st, queues, timer, retransmits, uid, timeout, inode
            let columns: Vec<&str> = line.split_whitespace().collect();
            let takes_in = match table.starts_with("tcp") {
                true => columns[3] == "0A",
                false => columns[2].ends_with(":0000"),
            };
            if takes_in && sockets.contains(columns[9]) {
                open.push(format!("{table} {line}"));
            }
        }
    }
    open
}

/// The command lines of what it has started and what still runs, or has ended and was not waited for.
pub fn children(process: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let children =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    let all: Vec<String> = children
        .flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    all.iter()
        .map(|child| fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default())
        .collect()
}
