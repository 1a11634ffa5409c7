//! The demo's organisations: the funder, one lead per project, then the partners of each region.
//!
//! Names are invented; SIRET numbers are valid but lie in a range of SIREN that is not given out.

use super::chance::Chance;
use super::winners::WINNERS;
use crate::directory::organisation::OrganisationDetails;
use crate::directory::project::ConsortiumRole::{self, *};
use crate::directory::siret::{self, Siret};

/// A partner organisation: its region, what it brings, its name.
pub(super) struct Partner {
    /// INSEE code of the region where it works.
    pub(super) region: &'static str,
    /// What it brings to consortia.
    pub(super) role: ConsortiumRole,
    name: &'static str,
}

const fn partner(region: &'static str, role: ConsortiumRole, name: &'static str) -> Partner {
    Partner { region, role, name }
}

/// Every partner; they follow the leads in the list of organisations.
#[rustfmt::skip]
pub(super) const PARTNERS: [Partner; 42] = [
    partner("84", Training, "Campus des Gestes du Rhône"),
    partner("84", Social, "Accueil des Deux Fleuves"),
    partner("84", Housing, "Toits partagés des Alpes"),
    partner("84", Language, "La Phrase commune"),
    partner("84", Employment, "Passerelle Entreprises du Forez"),
    partner("11", Training, "Centre des Métiers de la Seine vive"),
    partner("11", Housing, "Résidences du Premier Toit"),
    partner("11", Social, "Le Comptoir des Droits"),
    partner("11", Language, "Atelier des Mille Mots"),
    partner("11", Employment, "Réseau des Employeurs accueillants"),
    partner("32", Training, "École des Gestes du Nord"),
    partner("32", Housing, "Briques et Foyers"),
    partner("32", Language, "Parler Ensemble en Artois"),
    partner("44", Training, "Formations des Trois Frontières"),
    partner("44", Social, "Seuil et Soutien"),
    partner("44", Housing, "Le Toit mosellan solidaire"),
    partner("93", Training, "Institut des Métiers du Mistral"),
    partner("93", Housing, "Restanques Habitat solidaire"),
    partner("93", Social, "Boussole sociale du Sud"),
    partner("76", Training, "Pôle des Savoirs d'Autan"),
    partner("76", Language, "Langues en Garrigue"),
    partner("76", Housing, "Cazelles Habitat accompagné"),
    partner("75", Training, "Formations de la Grande Dune"),
    partner("75", Social, "Escale Dordogne entraide"),
    partner("75", Employment, "Club des Ateliers d'Aquitaine"),
    partner("52", Training, "Les Compétences du Bocage"),
    partner("52", Housing, "Foyers de la Loire neuve"),
    partner("53", Training, "Skol ar Micherioù solidaire"),
    partner("53", Social, "Port d'attache entraide"),
    partner("28", Training, "Formations du Pays d'Auge neuf"),
    partner("28", Housing, "Colombages Logement solidaire"),
    partner("24", Training, "Centre des Gestes ligériens"),
    partner("24", Language, "Le Mot juste en Berry"),
    partner("27", Training, "Formations de la Côte partagée"),
    partner("27", Social, "Relais social des Hautes Terres"),
    partner("04", Training, "Formation Péi solidaire"),
    partner("04", Social, "Lyannaj social des Hauts"),
    partner("03", Training, "Chantier école de l'Oyapock"),
    partner("03", Language, "Paroles du Fleuve"),
    partner("01", Training, "Formations Karukéra solidaire"),
    partner("06", Training, "Formation des Deux Îles"),
    partner("06", Social, "Musada entraide"),
];

/// The leads in the order of the winners, then the partners.
pub(super) fn register() -> Vec<OrganisationDetails> {
    let mut chance = Chance::about("labels");
    let leads = WINNERS.iter().map(|winner| winner.lead);
    let names = leads.chain(PARTNERS.iter().map(|partner| partner.name));
    let mut organisations: Vec<_> =
        names.zip(1..).map(|(name, number)| organisation(number, name, chance.percent(20))).collect();
    organisations[super::batir::PROJECT].esus = true;
    organisations
}

/// The funder.
pub(super) fn funder() -> OrganisationDetails {
    organisation(0, "Banque des Territoires (démonstration)", false)
}

fn organisation(number: usize, name: &str, esus: bool) -> OrganisationDetails {
    OrganisationDetails { siret: siret(number), name: super::text(name), esus, sandbox: false }
}

fn siret(number: usize) -> Siret {
    siret::siren_with_check_digit(&format!("9990{number:04}"))
        .and_then(|siren| siret::with_check_digit(&format!("{siren}0001")))
        .expect("one last digit always makes the sum right")
}
