//! Regions and departments of the INSEE official geographic code (COG, vintage 2024; Licence Ouverte 2.0).
//!
//! Codes are text, and region 75, 84, 93 and 94 are also departments elsewhere: a code never travels without its level.

/// The vintage of both lists.
pub const COG: &str = "COG-2024";

/// A region: 2-character code and official name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// INSEE region code, such as `84`.
    pub code: &'static str,
    /// Official name.
    pub name: &'static str,
}

/// A department: 2- or 3-character code, its region's code and its official name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Department {
    /// INSEE department code, such as `69`, `2A` or `974`.
    pub code: &'static str,
    /// INSEE code of its region.
    pub region: &'static str,
    /// Official name.
    pub name: &'static str,
}

/// The department of a code, if INSEE knows it.
pub fn department(code: &str) -> Option<&'static Department> {
    DEPARTMENTS.iter().find(|department| department.code == code)
}

/// The region of a code, if INSEE knows it.
pub fn region(code: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.code == code)
}

/// The 18 regions, by code.
#[rustfmt::skip]
pub const REGIONS: [Region; 18] = [
    Region { code: "01", name: "Guadeloupe" },
    Region { code: "02", name: "Martinique" },
    Region { code: "03", name: "Guyane" },
    Region { code: "04", name: "La Réunion" },
    Region { code: "06", name: "Mayotte" },
    Region { code: "11", name: "Île-de-France" },
    Region { code: "24", name: "Centre-Val de Loire" },
    Region { code: "27", name: "Bourgogne-Franche-Comté" },
    Region { code: "28", name: "Normandie" },
    Region { code: "32", name: "Hauts-de-France" },
    Region { code: "44", name: "Grand Est" },
    Region { code: "52", name: "Pays de la Loire" },
    Region { code: "53", name: "Bretagne" },
    Region { code: "75", name: "Nouvelle-Aquitaine" },
    Region { code: "76", name: "Occitanie" },
    Region { code: "84", name: "Auvergne-Rhône-Alpes" },
    Region { code: "93", name: "Provence-Alpes-Côte d'Azur" },
    Region { code: "94", name: "Corse" },
];

/// The 101 departments, by code.
#[rustfmt::skip]
pub const DEPARTMENTS: [Department; 101] = [
    Department { code: "01", region: "84", name: "Ain" },
    Department { code: "02", region: "32", name: "Aisne" },
    Department { code: "03", region: "84", name: "Allier" },
    Department { code: "04", region: "93", name: "Alpes-de-Haute-Provence" },
    Department { code: "05", region: "93", name: "Hautes-Alpes" },
    Department { code: "06", region: "93", name: "Alpes-Maritimes" },
    Department { code: "07", region: "84", name: "Ardèche" },
    Department { code: "08", region: "44", name: "Ardennes" },
    Department { code: "09", region: "76", name: "Ariège" },
    Department { code: "10", region: "44", name: "Aube" },
    Department { code: "11", region: "76", name: "Aude" },
    Department { code: "12", region: "76", name: "Aveyron" },
    Department { code: "13", region: "93", name: "Bouches-du-Rhône" },
    Department { code: "14", region: "28", name: "Calvados" },
    Department { code: "15", region: "84", name: "Cantal" },
    Department { code: "16", region: "75", name: "Charente" },
    Department { code: "17", region: "75", name: "Charente-Maritime" },
    Department { code: "18", region: "24", name: "Cher" },
    Department { code: "19", region: "75", name: "Corrèze" },
    Department { code: "21", region: "27", name: "Côte-d'Or" },
    Department { code: "22", region: "53", name: "Côtes-d'Armor" },
    Department { code: "23", region: "75", name: "Creuse" },
    Department { code: "24", region: "75", name: "Dordogne" },
    Department { code: "25", region: "27", name: "Doubs" },
    Department { code: "26", region: "84", name: "Drôme" },
    Department { code: "27", region: "28", name: "Eure" },
    Department { code: "28", region: "24", name: "Eure-et-Loir" },
    Department { code: "29", region: "53", name: "Finistère" },
    Department { code: "2A", region: "94", name: "Corse-du-Sud" },
    Department { code: "2B", region: "94", name: "Haute-Corse" },
    Department { code: "30", region: "76", name: "Gard" },
    Department { code: "31", region: "76", name: "Haute-Garonne" },
    Department { code: "32", region: "76", name: "Gers" },
    Department { code: "33", region: "75", name: "Gironde" },
    Department { code: "34", region: "76", name: "Hérault" },
    Department { code: "35", region: "53", name: "Ille-et-Vilaine" },
    Department { code: "36", region: "24", name: "Indre" },
    Department { code: "37", region: "24", name: "Indre-et-Loire" },
    Department { code: "38", region: "84", name: "Isère" },
    Department { code: "39", region: "27", name: "Jura" },
    Department { code: "40", region: "75", name: "Landes" },
    Department { code: "41", region: "24", name: "Loir-et-Cher" },
    Department { code: "42", region: "84", name: "Loire" },
    Department { code: "43", region: "84", name: "Haute-Loire" },
    Department { code: "44", region: "52", name: "Loire-Atlantique" },
    Department { code: "45", region: "24", name: "Loiret" },
    Department { code: "46", region: "76", name: "Lot" },
    Department { code: "47", region: "75", name: "Lot-et-Garonne" },
    Department { code: "48", region: "76", name: "Lozère" },
    Department { code: "49", region: "52", name: "Maine-et-Loire" },
    Department { code: "50", region: "28", name: "Manche" },
    Department { code: "51", region: "44", name: "Marne" },
    Department { code: "52", region: "44", name: "Haute-Marne" },
    Department { code: "53", region: "52", name: "Mayenne" },
    Department { code: "54", region: "44", name: "Meurthe-et-Moselle" },
    Department { code: "55", region: "44", name: "Meuse" },
    Department { code: "56", region: "53", name: "Morbihan" },
    Department { code: "57", region: "44", name: "Moselle" },
    Department { code: "58", region: "27", name: "Nièvre" },
    Department { code: "59", region: "32", name: "Nord" },
    Department { code: "60", region: "32", name: "Oise" },
    Department { code: "61", region: "28", name: "Orne" },
    Department { code: "62", region: "32", name: "Pas-de-Calais" },
    Department { code: "63", region: "84", name: "Puy-de-Dôme" },
    Department { code: "64", region: "75", name: "Pyrénées-Atlantiques" },
    Department { code: "65", region: "76", name: "Hautes-Pyrénées" },
    Department { code: "66", region: "76", name: "Pyrénées-Orientales" },
    Department { code: "67", region: "44", name: "Bas-Rhin" },
    Department { code: "68", region: "44", name: "Haut-Rhin" },
    Department { code: "69", region: "84", name: "Rhône" },
    Department { code: "70", region: "27", name: "Haute-Saône" },
    Department { code: "71", region: "27", name: "Saône-et-Loire" },
    Department { code: "72", region: "52", name: "Sarthe" },
    Department { code: "73", region: "84", name: "Savoie" },
    Department { code: "74", region: "84", name: "Haute-Savoie" },
    Department { code: "75", region: "11", name: "Paris" },
    Department { code: "76", region: "28", name: "Seine-Maritime" },
    Department { code: "77", region: "11", name: "Seine-et-Marne" },
    Department { code: "78", region: "11", name: "Yvelines" },
    Department { code: "79", region: "75", name: "Deux-Sèvres" },
    Department { code: "80", region: "32", name: "Somme" },
    Department { code: "81", region: "76", name: "Tarn" },
    Department { code: "82", region: "76", name: "Tarn-et-Garonne" },
    Department { code: "83", region: "93", name: "Var" },
    Department { code: "84", region: "93", name: "Vaucluse" },
    Department { code: "85", region: "52", name: "Vendée" },
    Department { code: "86", region: "75", name: "Vienne" },
    Department { code: "87", region: "75", name: "Haute-Vienne" },
    Department { code: "88", region: "44", name: "Vosges" },
    Department { code: "89", region: "27", name: "Yonne" },
    Department { code: "90", region: "27", name: "Territoire de Belfort" },
    Department { code: "91", region: "11", name: "Essonne" },
    Department { code: "92", region: "11", name: "Hauts-de-Seine" },
    Department { code: "93", region: "11", name: "Seine-Saint-Denis" },
    Department { code: "94", region: "11", name: "Val-de-Marne" },
    Department { code: "95", region: "11", name: "Val-d'Oise" },
    Department { code: "971", region: "01", name: "Guadeloupe" },
    Department { code: "972", region: "02", name: "Martinique" },
    Department { code: "973", region: "03", name: "Guyane" },
    Department { code: "974", region: "04", name: "La Réunion" },
    Department { code: "976", region: "06", name: "Mayotte" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_department_lies_in_a_region_and_codes_are_unique() {
        for (index, department) in DEPARTMENTS.iter().enumerate() {
            assert!(region(department.region).is_some(), "{} lies nowhere", department.code);
            assert!(DEPARTMENTS[index + 1..].iter().all(|other| other.code != department.code));
        }
        assert_eq!(department("69").map(|d| d.region), Some("84"));
        assert_eq!(department("84").map(|d| d.region), Some("93"), "department 84 is not region 84");
        assert_eq!(department("2A").map(|d| d.region), Some("94"));
        assert!(department("20").is_none() && department("975").is_none());
    }
}
