"""Terms: treatments, conditions, adverse effects, outcome measures."""

from app.vocabulary.base import Vocabulary


class TermKind(Vocabulary):
    """The four kinds of term. Source: this project."""

    TREATMENT = "treatment", "Anything given or done to change health, in one exact form."
    CONDITION = "condition", "A disease, symptom or state that people in a population have."
    ADVERSE_EFFECT = "adverse_effect", "A term for a harm; it says nothing about cause."
    OUTCOME_MEASURE = "outcome_measure", "What is measured to see how people fare."


class LabelKind(Vocabulary):
    """How a further name of a term relates to it. Source: this project, after SKOS labels."""

    SYNONYM = "synonym", "Another name for the same thing."
    ABBREVIATION = "abbreviation", "A short form."
    VERBATIM = "verbatim", "The words a source used, kept as written."
    MISSPELLING = "misspelling", "A wrong spelling that people search for."


class CodeScheme(Vocabulary):
    """Published terminologies whose codes a term may carry. Source: each scheme's owner."""

    MESH = "MeSH", "US National Library of Medicine subject headings.", "MeSH"
    HPO = "HPO", "Human Phenotype Ontology.", "HPO"
    ICD_10_CM = "ICD-10-CM", "US clinical modification of ICD-10.", "ICD-10-CM"
    CHEBI = "ChEBI", "Chemical Entities of Biological Interest.", "ChEBI"
    PUBCHEM = "PubChem", "PubChem compound identifier.", "PubChem"
    RXNORM = "RxNorm", "US normalised names of clinical drugs.", "RxNorm"
    ATC = "ATC", "WHO anatomical therapeutic chemical classification.", "ATC"
    LOINC = "LOINC", "Codes of observations and instruments.", "LOINC"
    SNOMED_CT = "SNOMED-CT", "Licensed: accepted from users, never shipped.", "SNOMED CT"
    MEDDRA = "MedDRA", "Licensed: accepted from users, never shipped.", "MedDRA"


class TreatmentType(Vocabulary):
    """What sort of thing a treatment is. Source: ClinicalTrials.gov v2 InterventionType."""

    BEHAVIORAL = "behavioral", "Changes behaviour: exercise, training, counselling."
    BIOLOGICAL = "biological", "Vaccines, blood products, cells."
    COMBINATION_PRODUCT = "combination_product", "Drug, device or biological joined in one product."
    DEVICE = "device", "A device, sham devices included."
    DIAGNOSTIC_TEST = "diagnostic_test", "A test, imaging included."
    DIETARY_SUPPLEMENT = "dietary_supplement", "Vitamins, minerals, foods."
    DRUG = "drug", "A medicine, placebo included."
    GENETIC = "genetic", "Gene transfer, stem cells, recombinant DNA."
    PROCEDURE = "procedure", "Surgery or another procedure."
    RADIATION = "radiation", "Radiation as treatment."
    OTHER = "other", "None of the others."


class TreatmentRoute(Vocabulary):
    """How a treatment enters the body. Source: after the FDA route of administration list."""

    ORAL = "oral", "By mouth."
    INTRAVENOUS = "intravenous", "Into a vein."
    INTRAMUSCULAR = "intramuscular", "Into a muscle."
    SUBCUTANEOUS = "subcutaneous", "Under the skin."
    INTRANASAL = "intranasal", "Into the nose."
    SUBLINGUAL = "sublingual", "Under the tongue."
    BUCCAL = "buccal", "Inside the cheek."
    RECTAL = "rectal", "Into the rectum."
    TOPICAL = "topical", "Onto the skin, for a local effect."
    TRANSDERMAL = "transdermal", "Through the skin."
    INHALATION = "inhalation", "Breathed in."
    EPIDURAL = "epidural", "Into the epidural space."
    INTRATHECAL = "intrathecal", "Into the spinal fluid."
    OTHER = "other", "None of the others."


class TreatmentForm(Vocabulary):
    """The form of a treatment, where that changes what is known. Source: this project."""

    SUBSTANCE = "substance", "The substance at large, whatever its form."
    ENANTIOMER = "enantiomer", "One mirror image of the substance."
    PREPARATION = "preparation", "A preparation for one route, as a tablet."
    INFUSION = "infusion", "Given slowly into a vein, awake."
    BOOSTER = "booster", "Repeated after a first course, to keep its effect."
    COMA = "coma", "A dose that keeps the patient in deep anaesthesia for days."
    PROGRAM = "program", "Several treatments given together on a plan."
    CLASS = "class", "A class of substances."


class OrganSystem(Vocabulary):
    """The body system that a harm shows in. Source: ClinicalTrials.gov v2 organSystem values."""

    BLOOD = "blood", "Blood and lymphatic system disorders."
    CARDIAC = "cardiac", "Cardiac disorders."
    CONGENITAL = "congenital", "Congenital, familial and genetic disorders."
    EAR = "ear", "Ear and labyrinth disorders."
    ENDOCRINE = "endocrine", "Endocrine disorders."
    EYE = "eye", "Eye disorders."
    GASTROINTESTINAL = "gastrointestinal", "Gastrointestinal disorders."
    GENERAL = "general", "General disorders, pain and death included."
    HEPATOBILIARY = "hepatobiliary", "Liver and bile duct disorders."
    IMMUNE = "immune", "Immune system disorders."
    INFECTIONS = "infections", "Infections and infestations."
    INJURY = "injury", "Injury, poisoning and procedural complications."
    INVESTIGATIONS = "investigations", "Abnormal results of tests."
    METABOLISM = "metabolism", "Metabolism and nutrition disorders."
    MUSCULOSKELETAL = "musculoskeletal", "Muscle, bone and connective tissue disorders."
    NEOPLASMS = "neoplasms", "Benign, malignant and unspecified neoplasms."
    NERVOUS_SYSTEM = "nervous_system", "Nervous system disorders."
    PREGNANCY = "pregnancy", "Pregnancy, puerperium and perinatal conditions."
    PRODUCT_ISSUES = "product_issues", "Faults of a product."
    PSYCHIATRIC = "psychiatric", "Psychiatric disorders."
    RENAL_URINARY = "renal_urinary", "Renal and urinary disorders."
    REPRODUCTIVE = "reproductive", "Reproductive system and breast disorders."
    RESPIRATORY = "respiratory", "Respiratory, thoracic and mediastinal disorders."
    SKIN = "skin", "Skin and subcutaneous tissue disorders."
    SOCIAL = "social", "Social circumstances."
    SURGICAL = "surgical", "Surgical and medical procedures."
    VASCULAR = "vascular", "Vascular disorders, emboli included."


class OutcomeDomain(Vocabulary):
    """What part of life a measure is about. Source: this project, after COMET's taxonomy."""

    PAIN = "pain", "Pain."
    FUNCTION = "function", "What people can do."
    QUALITY_OF_LIFE = "quality_of_life", "How people rate their life or health."
    MENTAL_HEALTH = "mental_health", "Mood, thinking, behaviour."
    SLEEP = "sleep", "Sleep."
    PHYSIOLOGY = "physiology", "Signs and laboratory values."
    MORTALITY = "mortality", "Death or survival."
    RESOURCE_USE = "resource_use", "Care, drugs and money used."
    SAFETY = "safety", "Harms taken as an outcome."
    OTHER = "other", "None of the others."


class BetterDirection(Vocabulary):
    """Which way a measure moves when the patient fares better. Source: this project."""

    HIGHER = "higher", "More of it is better for the patient."
    LOWER = "lower", "Less of it is better for the patient."
    NEITHER = "neither", "Neither more nor less is better by itself."
