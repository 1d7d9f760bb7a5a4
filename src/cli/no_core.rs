//! The memory of this process holds passwords, the key of the house and other people's mail: it is never written to a file when the
//! process dies, and no other process of the same user reads it.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Says so to the kernel, as far as it listens; nothing else depends on it.
pub fn forbid() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    match setrlimit(Resource::Core, none) {
        Ok(()) | Err(_) => {}
    }
    // A core that is piped to a program (systemd-coredump) knows no limit.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        match set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            Ok(()) | Err(_) => {}
        }
    }
}
