//! How types of `dt-model` stand in a row.

/// A device's id, as its number.
pub(super) mod did {
    use dt_model::DeviceId;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
    pub(in super::super) fn serialize<S: Serializer>(
        did: &DeviceId,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(did.get())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DeviceId, D::Error> {
        i64::deserialize(deserializer).map(DeviceId::new)
    }
}

/// A dialect, by its name.
pub(super) mod dialect {
    use dt_model::Dialect;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
    pub(in super::super) fn serialize<S: Serializer>(
        dialect: &Dialect,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(dialect.as_str())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Dialect, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        [Dialect::Documented, Dialect::Appliance]
            .into_iter()
            .find(|dialect| dialect.as_str() == name)
            .ok_or_else(|| D::Error::custom(format_args!("no dialect is called {name:?}")))
    }
}
