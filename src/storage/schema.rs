//! The tables, as diesel sees them on both databases. Written from `migrations/`; a test compares the two.
#![allow(missing_docs, reason = "the columns are explained where they are created, in migrations/")]

diesel::table! {
    journal_head (id) {
        id -> BigInt,
        position -> BigInt,
        at_us -> BigInt,
    }
}

diesel::table! {
    journal (id) {
        id -> Text,
        position -> Nullable<BigInt>,
        at_us -> BigInt,
        kind -> Text,
        actor -> Text,
        organisation_id -> Nullable<Text>,
        subject -> Text,
        detail -> Text,
        sequence -> Nullable<BigInt>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    journal_links (chain, number) {
        chain -> Text,
        number -> BigInt,
        entry_id -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    chain_heads (chain) {
        chain -> Text,
        number -> BigInt,
        hash -> Binary,
        seal -> Binary,
    }
}

diesel::table! {
    clients (id) {
        id -> Text,
        role -> Text,
        organisation_id -> Nullable<Text>,
        created_at_us -> BigInt,
        revoked_at_us -> Nullable<BigInt>,
        suspended_at_us -> Nullable<BigInt>,
        expires_at_us -> Nullable<BigInt>,
    }
}

diesel::table! {
    client_limits (client_id, kind, value) {
        client_id -> Text,
        kind -> Text,
        value -> Text,
    }
}

diesel::table! {
    client_credentials (client_id, id) {
        client_id -> Text,
        id -> Text,
        kind -> Text,
        value -> Binary,
        created_at_us -> BigInt,
        ends_at_us -> Nullable<BigInt>,
    }
}

diesel::table! {
    credential_uses (client_id, credential_id) {
        client_id -> Text,
        credential_id -> Text,
        at_us -> BigInt,
    }
}

diesel::table! {
    used_assertions (client_id, jti_hash) {
        client_id -> Text,
        jti_hash -> Binary,
        ends_at_us -> BigInt,
    }
}

diesel::table! {
    revoked_tokens (client_id, jti) {
        client_id -> Text,
        jti -> Text,
        ends_at_us -> BigInt,
    }
}

diesel::table! {
    access_head (id) {
        id -> BigInt,
        epoch -> BigInt,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        kind -> Text,
        identity_hash -> Binary,
        role -> Text,
        organisation_id -> Nullable<Text>,
        created_at_us -> BigInt,
        suspended_at_us -> Nullable<BigInt>,
        expires_at_us -> Nullable<BigInt>,
        signed_in_at_us -> Nullable<BigInt>,
        password -> Nullable<Text>,
        password_until_us -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id_hash) {
        id_hash -> Binary,
        account_id -> Text,
        created_at_us -> BigInt,
        idle_until_us -> BigInt,
        ends_at_us -> BigInt,
        id_token -> Nullable<Binary>,
    }
}

diesel::table! {
    used_sign_ins (state_hash) {
        state_hash -> Binary,
        ends_at_us -> BigInt,
    }
}

diesel::table! {
    sign_in_failures (key_hash) {
        key_hash -> Binary,
        count -> BigInt,
        at_us -> BigInt,
    }
}

diesel::table! {
    programmes (id) {
        id -> Text,
        position -> BigInt,
        code -> Text,
        currency -> Text,
        time_zone -> Text,
        first_on -> Text,
    }
}

diesel::table! {
    programme_revisions (programme_id, position) {
        programme_id -> Text,
        position -> BigInt,
        name_en -> Text,
        name_fr -> Text,
        envelope_cents -> BigInt,
        disclosure_threshold -> BigInt,
        certification -> Bool,
    }
}

diesel::table! {
    calls (programme_id, code) {
        programme_id -> Text,
        code -> Text,
        name_en -> Text,
        name_fr -> Text,
        position -> BigInt,
    }
}

diesel::table! {
    reporting_periods (programme_id, code) {
        programme_id -> Text,
        code -> Text,
        position -> BigInt,
        first_on -> Text,
        last_on -> Text,
    }
}

diesel::table! {
    period_due_dates (programme_id, code, position) {
        programme_id -> Text,
        code -> Text,
        position -> BigInt,
        due_on -> Text,
    }
}

diesel::table! {
    organisations (id) {
        id -> Text,
        position -> BigInt,
        siret -> Text,
        sandbox -> Bool,
    }
}

diesel::table! {
    organisation_revisions (organisation_id, position) {
        organisation_id -> Text,
        position -> BigInt,
        name -> Text,
        esus -> Bool,
    }
}

diesel::table! {
    projects (id) {
        id -> Text,
        programme_id -> Text,
        code -> Text,
        lead_organisation_id -> Text,
    }
}

diesel::table! {
    project_revisions (project_id, position) {
        project_id -> Text,
        position -> BigInt,
        title -> Text,
        call_code -> Text,
        department -> Text,
        sector -> Text,
        agreement_from -> Text,
        agreement_to -> Text,
        target_participants -> BigInt,
        eligible_cost_cents -> BigInt,
        grant_cents -> BigInt,
        lead_organisation_id -> Text,
    }
}

diesel::table! {
    project_transfers (project_id, position) {
        project_id -> Text,
        position -> BigInt,
        from_organisation_id -> Text,
        to_organisation_id -> Text,
        transferred_on -> Text,
        reason -> Text,
    }
}

diesel::table! {
    project_members (project_id, position, organisation_id, role) {
        project_id -> Text,
        position -> BigInt,
        organisation_id -> Text,
        role -> Text,
    }
}

diesel::table! {
    project_amendments (project_id, number) {
        project_id -> Text,
        number -> BigInt,
        position -> BigInt,
        signed_on -> Text,
        reason -> Text,
    }
}

diesel::table! {
    payments (project_id, id) {
        project_id -> Text,
        id -> Text,
        position -> BigInt,
        kind -> Text,
        amount_cents -> BigInt,
        paid_on -> Text,
    }
}

diesel::table! {
    payment_cancellations (project_id, payment_id) {
        project_id -> Text,
        payment_id -> Text,
        position -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    targets (project_id, indicator, period, position) {
        project_id -> Text,
        indicator -> Text,
        period -> Text,
        position -> BigInt,
        value_hundredths -> BigInt,
    }
}

diesel::table! {
    reports (id) {
        id -> Text,
        project_id -> Text,
        period -> Text,
        state -> Text,
        current_version -> BigInt,
        changed_at_us -> BigInt,
    }
}

diesel::table! {
    report_versions (project_id, number) {
        project_id -> Text,
        number -> BigInt,
        id -> Text,
        report_id -> Text,
        period -> Text,
        digest -> Binary,
        participation_count -> BigInt,
        rule_set -> BigInt,
        channel -> Text,
        submitted_at_us -> BigInt,
        submitted_by -> Text,
        submitted_by_organisation -> Nullable<Text>,
        late -> Bool,
        approved_position -> Nullable<BigInt>,
        approved_at_us -> Nullable<BigInt>,
        approved_by -> Nullable<Text>,
        annulled_position -> Nullable<BigInt>,
        received_at_us -> Nullable<BigInt>,
        certified_by -> Nullable<Text>,
    }
}

diesel::table! {
    participations (project_id, reference, first_version) {
        project_id -> Text,
        reference -> Text,
        first_version -> BigInt,
        end_version -> Nullable<BigInt>,
        person_id -> Nullable<Text>,
        entry_on -> Text,
        sex -> Text,
        birth_year -> Text,
        protection_status -> Text,
        french_at_entry -> Text,
        education -> Text,
        labour_status -> Text,
        residence_department -> Text,
        priority_district -> Text,
        rural_area -> Text,
        disability -> Text,
        housing_at_entry -> Text,
        supports -> Text,
        exit_on -> Nullable<Text>,
        exit_situation -> Nullable<Text>,
        exit_contract -> Nullable<Text>,
        exit_contract_from -> Nullable<Text>,
        exit_contract_to -> Nullable<Text>,
        exit_training -> Nullable<Text>,
        french_at_exit -> Nullable<Text>,
        housing_at_exit -> Nullable<Text>,
        financial_autonomy -> Nullable<Text>,
        follow_up_on -> Nullable<Text>,
        follow_up_situation -> Nullable<Text>,
        salt -> Binary,
        record_hash -> Binary,
    }
}

diesel::table! {
    findings (project_id, version, place) {
        project_id -> Text,
        version -> BigInt,
        place -> BigInt,
        code -> Text,
        severity -> Text,
        path -> Text,
        message_values -> Text,
        justification -> Nullable<Text>,
        waiver_id -> Nullable<Text>,
    }
}

diesel::table! {
    finding_counts (project_id, version, place) {
        project_id -> Text,
        version -> BigInt,
        place -> BigInt,
        code -> Text,
        count -> BigInt,
        justified_count -> BigInt,
        waived_count -> BigInt,
        listed_count -> BigInt,
    }
}

diesel::table! {
    waivers (project_id, id) {
        project_id -> Text,
        id -> Text,
        rule -> Text,
        reason -> Text,
        expires_on -> Text,
        position -> BigInt,
        granted_at_us -> BigInt,
        granted_by -> Text,
        revoked_position -> Nullable<BigInt>,
        revoked_at_us -> Nullable<BigInt>,
        revoked_by -> Nullable<Text>,
        revocation_reason -> Nullable<Text>,
    }
}

diesel::table! {
    report_transitions (report_id, place) {
        report_id -> Text,
        place -> BigInt,
        at_us -> BigInt,
        action -> Text,
        from_state -> Text,
        to_state -> Text,
        version -> BigInt,
        actor -> Text,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    person_links (programme_id, sealed) {
        programme_id -> Text,
        sealed -> Binary,
        person_id -> Text,
        key_id -> Text,
    }
}

diesel::table! {
    privacy_head (id) {
        id -> BigInt,
        erasures -> BigInt,
        key_id -> Text,
    }
}

diesel::table! {
    erased_records (project_id, version, place) {
        project_id -> Text,
        version -> BigInt,
        place -> BigInt,
        record_hash -> Binary,
        position -> BigInt,
        erasure -> BigInt,
    }
}

diesel::table! {
    retention_settings (programme_id, position) {
        programme_id -> Text,
        position -> BigInt,
        months -> Nullable<BigInt>,
    }
}

diesel::table! {
    report_sections (project_id, section, first_version) {
        project_id -> Text,
        section -> Text,
        first_version -> BigInt,
        end_version -> Nullable<BigInt>,
        content -> Text,
        salt -> Binary,
        record_hash -> Binary,
    }
}

diesel::table! {
    jobs (project_id, id) {
        project_id -> Text,
        id -> Text,
        caller -> Text,
        state -> Text,
        stage -> Text,
        done_count -> BigInt,
        total_count -> Nullable<BigInt>,
        cancel_requested -> Bool,
        started_at_us -> BigInt,
        seen_at_us -> BigInt,
        answer_status -> Nullable<BigInt>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (owner, caller, key_hash) {
        owner -> Text,
        caller -> Text,
        key_hash -> Binary,
        request_hash -> Binary,
        answer -> Text,
        at_us -> BigInt,
    }
}

diesel::table! {
    due_date_extensions (project_id, period, place) {
        project_id -> Text,
        period -> Text,
        place -> BigInt,
        extended_to -> Text,
        reason -> Text,
        actor -> Text,
        at_us -> BigInt,
    }
}

diesel::table! {
    return_reasons (project_id, version, place) {
        project_id -> Text,
        version -> BigInt,
        place -> BigInt,
        id -> Text,
        report_id -> Text,
        path -> Text,
        reason -> Text,
        at_us -> BigInt,
        answer -> Nullable<Text>,
        answer_version -> Nullable<BigInt>,
    }
}

diesel::table! {
    self_checks (id) {
        id -> Text,
        at_us -> BigInt,
        position -> BigInt,
        holds -> Bool,
        failed -> Text,
    }
}

diesel::table! {
    sequence_head (id) {
        id -> BigInt,
        sequence -> BigInt,
        linked -> BigInt,
    }
}

diesel::table! {
    definition_versions (programme_id, code) {
        programme_id -> Text,
        code -> Text,
        position -> BigInt,
        based_on -> Text,
        standing -> Bool,
        reason -> Text,
        added_at_us -> BigInt,
        added_by -> Text,
        content -> Text,
        digest -> Binary,
    }
}

diesel::table! {
    closings (id) {
        id -> Text,
        programme_id -> Text,
        programme_code -> Text,
        name -> Text,
        position -> BigInt,
        day -> Text,
        revises -> Nullable<Text>,
        revision_reason -> Nullable<Text>,
        published_before -> BigInt,
        figure_count -> BigInt,
        suppressed_count -> BigInt,
        content -> Text,
        digest -> Text,
        exact -> Text,
    }
}

diesel::table! {
    closing_steps (closing_id, place) {
        closing_id -> Text,
        place -> BigInt,
        action -> Text,
        at_us -> BigInt,
        caller -> Text,
        reason -> Nullable<Text>,
        signature_key -> Nullable<Text>,
        signature -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    journal_head,
    journal,
    journal_links,
    chain_heads,
    clients,
    client_limits,
    client_credentials,
    credential_uses,
    used_assertions,
    revoked_tokens,
    access_head,
    accounts,
    sessions,
    used_sign_ins,
    sign_in_failures,
    programmes,
    programme_revisions,
    calls,
    reporting_periods,
    period_due_dates,
    organisations,
    organisation_revisions,
    projects,
    project_revisions,
    project_transfers,
    project_members,
    project_amendments,
    payments,
    payment_cancellations,
    targets,
    reports,
    report_versions,
    participations,
    findings,
    finding_counts,
    waivers,
    report_transitions,
    person_links,
    privacy_head,
    erased_records,
    retention_settings,
    idempotency_keys,
    report_sections,
    jobs,
    due_date_extensions,
    return_reasons,
    sequence_head,
    definition_versions,
    self_checks,
    closings,
    closing_steps
);
