//! The name space of the ids that this crate gives.

use uuid::{Uuid, uuid};

/// It never changes: two versions of the program give the same finding the same id.
pub(crate) const NAMESPACE: Uuid = uuid!("5f0d4a0e-6a3f-5b58-9d0a-2f6f8d1c7e21");
