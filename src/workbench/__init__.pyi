from .coding.acts import Case as Case
from .coding.acts import Cell as Cell
from .coding.acts import Document as Document
from .coding.acts import Span as Span
from .coding.agreement import agreement as agreement
from .coding.cases import by_case as by_case
from .coding.checklists import (
    reporting_checklist as reporting_checklist,
)
from .coding.code_agreement import code_agreement as code_agreement
from .coding.coding_table import import_coding_table as import_coding_table
from .coding.concept import conceptual_framework as conceptual_framework
from .coding.corpus import Corpus as Corpus
from .coding.corpus import load_corpus as load_corpus
from .coding.desk.desk import CodingDesk as CodingDesk
from .coding.desk.progress import coding_progress as coding_progress
from .coding.desk.twin import transcript_html as transcript_html
from .coding.desk.twin import transcripts as transcripts
from .coding.encoders import (
    Encoder as Encoder,
)
from .coding.encoders import (
    bundled_encoder as bundled_encoder,
)
from .coding.encoders import (
    cached_encoder as cached_encoder,
)
from .coding.erasing import erase as erase
from .coding.exchange import (
    ImportReport as ImportReport,
)
from .coding.exchange import (
    export_excel as export_excel,
)
from .coding.exchange import (
    export_quotes_csv as export_quotes_csv,
)
from .coding.exchange import (
    export_quotes_word as export_quotes_word,
)
from .coding.exchange import (
    export_refi as export_refi,
)
from .coding.exchange import (
    import_excel as import_excel,
)
from .coding.exchange import (
    import_refi as import_refi,
)
from .coding.framework import framework_matrix as framework_matrix
from .coding.gamma import gamma_agreement as gamma_agreement
from .coding.gaps import gaps as gaps
from .coding.guide import guide_review as guide_review
from .coding.importing.files import import_files as import_files
from .coding.importing.open_answers import import_open_answers as import_open_answers
from .coding.importing.open_answers import import_table as import_table
from .coding.interviews import interview_saturation as interview_saturation
from .coding.keyness import (
    collocations as collocations,
)
from .coding.keyness import (
    keyword_in_context as keyword_in_context,
)
from .coding.keyness import (
    keywords as keywords,
)
from .coding.match import (
    match as match,
)
from .coding.matrices import co_occurrence as co_occurrence
from .coding.matrices import code_matrix as code_matrix
from .coding.method import method_section as method_section
from .coding.next_texts import (
    coding_order as coding_order,
)
from .coding.passages import passage_agreement as passage_agreement
from .coding.polarity import polarity_matrix as polarity_matrix
from .coding.quotes import quotes_in_place as quotes_in_place
from .coding.reanchoring import reanchor as reanchor
from .coding.redacting import (
    review_redaction as review_redaction,
)
from .coding.redacting import (
    waiting as waiting,
)
from .coding.respondent_export import (
    export_respondent as export_respondent,
)
from .coding.rule_coding import (
    apply_rules as apply_rules,
)
from .coding.rule_coding import (
    try_rules as try_rules,
)
from .coding.saturation import (
    meaning_saturation as meaning_saturation,
)
from .coding.saturation import (
    saturation as saturation,
)
from .coding.second_coder import (
    second_coder_plan as second_coder_plan,
)
from .coding.starters import (
    add_starter as add_starter,
)
from .coding.starters import (
    starter_codebook as starter_codebook,
)
from .coding.starters import (
    starters as starters,
)
from .coding.suggest import (
    learn_codes as learn_codes,
)
from .coding.suggest import (
    suggest as suggest,
)
from .coding.suggestion_queue import (
    accept_suggestion as accept_suggestion,
)
from .coding.suggestion_queue import (
    queue_suggestions as queue_suggestions,
)
from .coding.suggestion_queue import (
    reject_suggestion as reject_suggestion,
)
from .coding.suggestion_queue import (
    suggestion_quality as suggestion_quality,
)
from .coding.suggestion_queue import (
    waiting_suggestions as waiting_suggestions,
)
from .coding.themes import theme_table as theme_table
from .coding.theory import theory_against_data as theory_against_data
from .coding.tokens import (
    index_texts as index_texts,
)
from .coding.topics import (
    topics as topics,
)
from .coding.unitizing import unitizing_agreement as unitizing_agreement
from .errors import (
    BundleError as BundleError,
)
from .errors import (
    CodebookError as CodebookError,
)
from .errors import (
    CorpusError as CorpusError,
)
from .errors import (
    DataError as DataError,
)
from .errors import (
    ParameterError as ParameterError,
)
from .errors import (
    PlanError as PlanError,
)
from .errors import (
    PrivacyError as PrivacyError,
)
from .errors import (
    RecordError as RecordError,
)
from .errors import (
    RunError as RunError,
)
from .errors import (
    StudyError as StudyError,
)
from .errors import (
    WorkbenchError as WorkbenchError,
)
from .experiment.bayes import beta_binomial as beta_binomial
from .experiment.comparing import compare_nps as compare_nps
from .experiment.comparing import compare_proportions as compare_proportions
from .experiment.decision_log import append_decision as append_decision
from .experiment.decision_log import decisions as decisions
from .experiment.difference_in_differences import (
    difference_in_differences as difference_in_differences,
)
from .experiment.looks import sequential_bounds as sequential_bounds
from .experiment.own_calibration import calibrate_experiment as calibrate_experiment
from .experiment.plan import Plan as Plan
from .experiment.plan import load_plan as load_plan
from .experiment.plan import register_plan as register_plan
from .experiment.power import detectable_effect as detectable_effect
from .experiment.power import sample_size as sample_size
from .experiment.readout import read_experiment as read_experiment
from .experiment.sample_ratio import sample_ratio as sample_ratio
from .inputs.actions import load_actions as load_actions
from .inputs.disclosure import merge_small_groups as merge_small_groups
from .inputs.disclosure import published_tables as published_tables
from .inputs.disclosure import suppression_pattern as suppression_pattern
from .inputs.health import data_health as data_health
from .inputs.privacy import (
    PseudonymBook as PseudonymBook,
)
from .inputs.privacy import (
    find_recordings as find_recordings,
)
from .inputs.privacy import (
    redact as redact,
)
from .inputs.privacy import (
    redact_texts as redact_texts,
)
from .inputs.privacy import (
    refuse_leaks as refuse_leaks,
)
from .inputs.privacy import (
    scan_output as scan_output,
)
from .inputs.study import (
    Study as Study,
)
from .inputs.study import (
    load_study as load_study,
)
from .joint.groups import joint_outcomes as joint_outcomes
from .joint.groups import score_groups as score_groups
from .joint.groups import theme_groups as theme_groups
from .joint.linking import link_comments as link_comments
from .joint.scores import joint as joint
from .joint.together import adjust_jointly as adjust_jointly
from .joint.touchpoints import touchpoints as touchpoints
from .joint.variants import theme_trial as theme_trial
from .joint.variants import theme_variants as theme_variants
from .joint.voices import voices as voices
from .report.protection import (
    report_pattern as report_pattern,
)
from .report.provenance import (
    provenance as provenance,
)
from .report.run import (
    run_notebook as run_notebook,
)
from .report.show import (
    show as show,
)
from .survey.chart import control_chart as control_chart
from .survey.consistency import consistency as consistency
from .survey.contributions import explain_change as explain_change
from .survey.crosstab import crosstab as crosstab
from .survey.csat import csat as csat
from .survey.decomposition import lmg_from_corr as lmg_from_corr
from .survey.dominance import dominance as dominance
from .survey.effect_changes import effect_changes as effect_changes
from .survey.goals import judge_goals as judge_goals
from .survey.goals import judge_study_goals as judge_study_goals
from .survey.importance import drivers as drivers
from .survey.item_differences import item_differences as item_differences
from .survey.levels import levels as levels
from .survey.money import money_association as money_association
from .survey.nki import nki as nki
from .survey.nps import nps as nps
from .survey.opposites import find_opposites as find_opposites
from .survey.outcomes import measure as measure
from .survey.path_spec import study_path_model as study_path_model
from .survey.paths import pls as pls
from .survey.penalty_reward import penalty_reward as penalty_reward
from .survey.planning import plan_sample as plan_sample
from .survey.pooled_effects import effects_by_segment as effects_by_segment
from .survey.pooling import pool_segments as pool_segments
from .survey.priority import priority_matrix as priority_matrix
from .survey.priority import rank_actions as rank_actions
from .survey.readings import read_again as read_again
from .survey.replicates import replicate_weights as replicate_weights
from .survey.segments import compare_segments as compare_segments
from .survey.trackers import simulate_tracker as simulate_tracker
from .survey.waves import adjust_together as adjust_together
from .survey.waves import compare_waves as compare_waves
from .survey.weighting import weight_effects as weight_effects
from .survey.weights import rake as rake

__version__: str
