//! What the user whose tokens sign a request may see.

/// A permission of an appliance's user, as far as the endpoints here need one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// Every endpoint about devices and endpoints needs it.
    Visualizer,
    /// `/deviceinfo` needs it, too.
    UnrestrictedDevices,
    /// `/status` needs it, and nothing else.
    Status,
    /// `/aianalyst/groups` needs it, too.
    Analyst,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 4] =
        [Self::Visualizer, Self::UnrestrictedDevices, Self::Status, Self::Analyst];
}
