//! How pages keep their words: both languages side by side.

/// Declares a struct of fixed texts, one field a text: `name: "Indonesian" = "English";`. `Struct::of(language)` gives
/// the texts of a language, `Struct::ALL` every one as (key, Indonesian, English).
macro_rules! texts {
    ($(#[$about:meta])* $name:ident { $($key:ident: $indonesian:literal = $english:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name {
            $(
                #[doc = $english]
                pub $key: &'static str,
            )*
        }

        impl $name {
            /// Every text: its key, Indonesian, English.
            #[allow(dead_code, reason = "read where a side lists all of its texts")]
            pub const ALL: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($key), $indonesian, $english),)*];

            /// The texts of a language.
            #[must_use]
            pub fn of(language: $crate::web::Language) -> &'static Self {
                static INDONESIAN: $name = $name { $($key: $indonesian,)* };
                static ENGLISH: $name = $name { $($key: $english,)* };
                match language {
                    $crate::web::Language::Indonesian => &INDONESIAN,
                    $crate::web::Language::English => &ENGLISH,
                }
            }
        }
    };
}

pub(crate) use texts;
