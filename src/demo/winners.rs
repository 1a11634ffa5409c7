//! The 55 winners of the demo: fictional, but for the one of the source case, whose name is fictionalised.

/// A winning project as the plan lists it.
pub(super) struct Winner {
    /// Its wave: 1 or 2.
    pub(super) wave: u8,
    /// The INSEE department where it is delivered.
    pub(super) department: &'static str,
    /// How many participations it has in the end.
    pub(super) size: usize,
    /// Its code.
    pub(super) code: &'static str,
    /// Its sector or trade.
    pub(super) sector: &'static str,
    /// Its title.
    pub(super) title: &'static str,
    /// The organisation that leads it.
    pub(super) lead: &'static str,
}

pub(super) const FINISHING: &str = "Second œuvre du bâtiment";
pub(super) const BUILDING: &str = "Gros œuvre et travaux publics";
pub(super) const CATERING: &str = "Hôtellerie et restauration";
pub(super) const CARE: &str = "Services à la personne";
pub(super) const LOGISTICS: &str = "Logistique et transport";
pub(super) const INDUSTRY: &str = "Industrie et maintenance";
pub(super) const DIGITAL: &str = "Numérique";
pub(super) const FARMING: &str = "Agriculture et maraîchage";
pub(super) const CLEANING: &str = "Propreté et services";
pub(super) const TEXTILE: &str = "Textile et couture";
pub(super) const HEALTH: &str = "Santé et soins";
pub(super) const RETAIL: &str = "Commerce et vente";
pub(super) const GARDENS: &str = "Espaces verts et paysage";
pub(super) const FOOD: &str = "Métiers de bouche";
pub(super) const ALL_TRADES: &str = "Tous métiers";

const fn won(
    wave: u8,
    department: &'static str,
    size: usize,
    code: &'static str,
    sector: &'static str,
    title: &'static str,
    lead: &'static str,
) -> Winner {
    Winner { wave, department, size, code, sector, title, lead }
}

/// Every winner; indexes into this list number the projects and the organisations that lead them.
#[rustfmt::skip]
pub(super) const WINNERS: [Winner; 55] = [
    won(1, "69", 160, "BATIR", FINISHING, "Bâtir", "Les clés de l'Atelier"),
    won(1, "69", 845, "CONFLUENCES", ALL_TRADES, "Confluences, parcours vers l'emploi", "Association Rive Commune"),
    won(1, "38", 446, "BELLEDONNE", INDUSTRY, "Belledonne industrie", "Coopérative des Trois Massifs"),
    won(2, "63", 288, "VOLCANS", LOGISTICS, "Volcans logistique", "Relais du Puy d'En Bas"),
    won(2, "42", 254, "FIL-ARDENT", TEXTILE, "Le Fil ardent", "Manufacture solidaire du Furan"),
    won(1, "74", 213, "CIMES", CATERING, "Saisons et cimes", "Les Tablées d'Altitude"),
    won(1, "75", 1196, "CAPITALE", ALL_TRADES, "Capitale des possibles", "Maison des Parcours nouveaux"),
    won(1, "93", 1151, "CANAL", BUILDING, "Du canal au chantier", "Bâtisseurs du Canal neuf"),
    won(1, "92", 669, "DEFENSE-PRO", DIGITAL, "Codes d'entrée", "École du Clavier ouvert"),
    won(2, "94", 743, "MARNE-SOIN", HEALTH, "Prendre soin", "Institut des Mains attentives"),
    won(2, "91", 461, "PLATEAU", INDUSTRY, "Plateau technique", "Ateliers du Plateau vert"),
    won(2, "95", 556, "ROISSY", LOGISTICS, "Piste d'envol", "Escale Insertion Nord"),
    won(1, "77", 373, "MARAICHERS", FARMING, "Maraîchers de demain", "Les Jardins de la Brie neuve"),
    won(2, "78", 335, "VAL-SERVICES", CARE, "Services en confiance", "Compagnie du Val clair"),
    won(1, "59", 976, "BEFFROI", ALL_TRADES, "Beffroi emploi", "Fondation des Trois Beffrois"),
    won(1, "62", 514, "TERRIL", BUILDING, "Terre et terril", "Compagnons du Terril bleu"),
    won(2, "80", 270, "HORTILLON", FARMING, "Hortillons solidaires", "Association des Rieux partagés"),
    won(2, "60", 344, "OISE-LOG", LOGISTICS, "Quais de l'Oise", "Mobilités et Métiers du Valois"),
    won(1, "67", 790, "ILL-ET-RHIN", ALL_TRADES, "Entre Ill et Rhin", "Passage des Deux Rives"),
    won(1, "57", 491, "FORGES", INDUSTRY, "Les Forges d'avenir", "Groupement des Forges claires"),
    won(2, "51", 315, "VIGNES", FARMING, "Vignes et chais", "Coopérative des Coteaux ouverts"),
    won(2, "54", 388, "LORRAINE-SOIN", HEALTH, "Accompagner, soigner", "Centre Plume et Soin"),
    won(1, "68", 277, "FILATURE", TEXTILE, "Filature nouvelle", "Toiles et Trames solidaires"),
    won(1, "13", 932, "VIEUX-PORT", ALL_TRADES, "Cap sur le port", "Association Le Grand Large commun"),
    won(1, "06", 508, "RIVIERA", CATERING, "Riviera saveurs", "Les Brigades du Soleil levant"),
    won(2, "83", 339, "RADE", INDUSTRY, "Rade navale", "Chantiers de la Rade solidaire"),
    won(2, "84", 228, "CITADINS", FARMING, "Vergers de la Durance", "Les Vergers du Passage"),
    won(1, "31", 825, "GARONNE", INDUSTRY, "Garonne décollage", "Envol Compétences Sud"),
    won(1, "34", 606, "GARRIGUE", ALL_TRADES, "Garrigue emploi", "Comptoir des Savoirs du Lez"),
    won(2, "66", 257, "CATALANE", FARMING, "Terres catalanes", "Association Serres et Sillons"),
    won(2, "30", 218, "CEVENNES", FINISHING, "Toits des Cévennes", "Les Artisans du Gardon"),
    won(1, "33", 761, "ESTUAIRE", ALL_TRADES, "Estuaire, premiers pas", "Maison de l'Estuaire solidaire"),
    won(1, "86", 307, "POITOU", CATERING, "Tables du Poitou", "La Louche et le Levain"),
    won(2, "64", 276, "GAVE", INDUSTRY, "Gave mécanique", "Ateliers du Gave rieur"),
    won(2, "87", 241, "PORCELAINE", FOOD, "Pain et porcelaine", "Fournil des Quatre Saisons"),
    won(1, "17", 199, "PERTUIS", CATERING, "Pertuis hôtelier", "Embarcadère Insertion"),
    won(1, "44", 811, "LOIRE-OCEAN", ALL_TRADES, "Loire océan métiers", "Coopérative Les Mille Marées"),
    won(1, "49", 357, "ANJOU-VERT", GARDENS, "Anjou paysage", "Les Semeurs du Lys"),
    won(2, "72", 225, "SARTHE-LOG", LOGISTICS, "Sarthe en mouvement", "Roues et Relais du Maine"),
    won(2, "85", 182, "BOCAGE", FOOD, "Bocage gourmand", "Association Le Panier du Bocage"),
    won(1, "35", 668, "VILAINE", ALL_TRADES, "Cap Vilaine", "Association Marche commune"),
    won(2, "29", 281, "IROISE", FOOD, "Iroise, métiers de la mer", "Criée solidaire du Ponant"),
    won(2, "56", 199, "GOLFE", CARE, "Golfe à domicile", "Entraide des Petites Îles"),
    won(1, "76", 594, "SEINE-AVAL", LOGISTICS, "Seine aval", "Les Quais de l'Entraide"),
    won(2, "14", 250, "POMMIERS", GARDENS, "Pommiers et paysages", "Atelier des Haies vives"),
    won(1, "45", 392, "VAL-DE-LOIRE", RETAIL, "Val de Loire commerce", "Comptoir des Deux Levées"),
    won(2, "37", 260, "TOURAINE", CLEANING, "Touraine services", "Clarté Services solidaires"),
    won(2, "36", 84, "POTAGERS", FARMING, "Potagers du Berry", "Association Le Sillon berrichon"),
    won(1, "21", 389, "MOUTARDE", CATERING, "Tables de Bourgogne", "La Halle aux Apprentis"),
    won(2, "25", 293, "HORLOGERS", INDUSTRY, "Gestes précis", "Établi des Horlogers"),
    won(2, "89", 66, "CHABLIS", FARMING, "Rangs de vigne", "Les Mains de l'Yonne verte"),
    won(1, "974", 267, "PITON", CARE, "Lontan demain", "Association Kaz Partaz"),
    won(2, "973", 333, "MARONI", BUILDING, "Maroni bâtisseur", "Compagnons du Grand Fleuve"),
    won(2, "971", 120, "ALIZES", CATERING, "Alizés hôtellerie", "Les Cuisines de l'Alizé"),
    won(2, "976", 167, "LAGON", RETAIL, "Lagon commerce", "Comptoir solidaire du Lagon"),
];
