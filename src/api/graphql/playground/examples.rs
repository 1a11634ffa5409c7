//! The example queries that the playground offers.

/// Title in English, title in French, query.
pub const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "Who am I to the service?",
        "Qui suis-je pour le service ?",
        "query Viewer {\n  viewer {\n    client\n    role\n    organisation {\n      name\n      siret\n    }\n  }\n}\n",
    ),
    (
        "National figures, by person (officer)",
        "Chiffres nationaux, par personne (agent)",
        "query National {\n  programme(code: \"PIC-IPR\") {\n    consolidation {\n      position\n      day\n      coverage {\n        period\n        expected\n        inForce\n        partialProjects {\n          code\n        }\n      }\n      figures(unit: PERSON) {\n        indicator {\n          code\n          name\n        }\n        display\n        numerator\n        denominator\n      }\n    }\n  }\n}\n",
    ),
    (
        "Positive exits by region, and the overlap (officer)",
        "Sorties positives par région, et le recouvrement (agent)",
        "query ByRegion {\n  programme(code: \"PIC-IPR\") {\n    consolidation(groupBy: REGION) {\n      groups {\n        key\n        label\n        figures(indicators: [\"SUPPORTED\", \"POSITIVE_EXITS\", \"POSITIVE_EXIT_RATE\"]) {\n          display\n        }\n      }\n      overlaps(indicators: [\"SUPPORTED\", \"POSITIVE_EXITS\"]) {\n        indicator {\n          code\n        }\n        excess\n      }\n    }\n  }\n}\n",
    ),
    (
        "Where the positive exits come from (officer)",
        "D'où viennent les sorties positives (agent)",
        "query Contributions {\n  programme(code: \"PIC-IPR\") {\n    consolidation {\n      contributions(indicator: \"POSITIVE_EXITS\", first: 10) {\n        nodes {\n          project {\n            code\n          }\n          version\n          period\n          digest\n          figure {\n            numerator\n          }\n        }\n      }\n    }\n  }\n}\n",
    ),
    (
        "My projects and their reports (partner)",
        "Mes projets et leurs rapports (partenaire)",
        "query Mine {\n  projects(first: 5) {\n    nodes {\n      id\n      code\n      title\n      reports(first: 3) {\n        nodes {\n          period\n          state\n          currentVersion\n        }\n      }\n    }\n  }\n}\n",
    ),
    (
        "The review queue (officer)",
        "La file d'instruction (agent)",
        "query Queue {\n  reports(states: [SUBMITTED, IN_REVIEW], first: 20) {\n    nodes {\n      id\n      period\n      state\n      currentVersion\n      project {\n        code\n      }\n    }\n  }\n}\n",
    ),
    (
        "The rules that statements are held to",
        "Les règles auxquelles les états sont soumis",
        "query Rules {\n  rules {\n    code\n    severity\n    text\n    remedy\n  }\n}\n",
    ),
];
