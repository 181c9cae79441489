/**
 * The codes with which an installation begins: working titles of our own (T), not wording of the law. Its administrator
 * adds to them and ends them. Of services none: their codes are those of the register (order 39/НҚ), which is not ours to invent.
 */
import type { ReferenceList } from '../domain/case/reference-lists.js';

type Titles = readonly [kk: string, ru: string, en: string];

export const SEEDED_CODES: Readonly<Record<ReferenceList, Readonly<Record<string, Titles>>>> = {
  kinship: {
    mother: ['анасы', 'мать', 'mother'],
    father: ['әкесі', 'отец', 'father'],
    child: ['баласы', 'ребёнок', 'child'],
    spouse: ['жұбайы', 'супруг или супруга', 'spouse'],
    cohabitant: ['бірге тұратын адам', 'сожитель', 'cohabitant'],
    grandparent: ['атасы немесе әжесі', 'дедушка или бабушка', 'grandparent'],
    sibling: ['бауыры', 'брат или сестра', 'brother or sister'],
    guardian: ['қорғаншысы', 'опекун', 'guardian'],
    trustee: ['қамқоршысы', 'попечитель', 'trustee'],
    foster_parent: ['патронат тәрбиеші', 'патронатный воспитатель', 'foster parent'],
    other_relative: ['басқа туысы', 'другой родственник', 'another relative'],
    not_related: ['туыс емес', 'не родственник', 'not related'],
  },
  need: {
    housing: ['тұрғын үй', 'жильё', 'housing'],
    employment: ['жұмыс және табыс', 'работа и доход', 'work and income'],
    health: ['денсаулық', 'здоровье', 'health'],
    education: ['білім алу және мектепке дейінгі тәрбие', 'образование и дошкольное воспитание', 'schooling and pre-school education'],
    safety: ['қауіпсіздік', 'безопасность', 'safety'],
    social_protection: ['әлеуметтік қолдау', 'социальная поддержка', 'social support'],
    legal_help: ['құқықтық көмек', 'правовая помощь', 'legal help'],
    psychological_help: ['психологиялық көмек', 'психологическая помощь', 'psychological help'],
    documents: ['құжаттарды рәсімдеу және қалпына келтіру', 'оформление и восстановление документов', 'papers issued or restored'],
    parenting: ['бала тәрбиесіндегі қолдау', 'поддержка в воспитании детей', 'support in bringing up children'],
  },
  support_kind: {
    school_place: ['мектептегі орын', 'место в школе', 'place at a school'],
    kindergarten_place: ['балабақшадағы орын', 'место в детском саду', 'place at a kindergarten'],
    school_support: ['оқудағы қолдау', 'поддержка в учёбе', 'support in schooling'],
    medical_examination: ['медициналық тексеру', 'медицинское обследование', 'medical examination'],
    treatment: ['емделу', 'лечение', 'treatment'],
    employment_assistance: ['жұмысқа орналасуға жәрдемдесу', 'содействие в трудоустройстве', 'help in finding work'],
    vocational_training: ['кәсіптік оқыту', 'профессиональное обучение', 'vocational training'],
    targeted_social_assistance: ['атаулы әлеуметтік көмек', 'адресная социальная помощь', 'targeted social assistance'],
    special_social_services: ['арнаулы әлеуметтік қызметтер', 'специальные социальные услуги', 'special social services'],
    sports_section: ['спорт секциясы', 'спортивная секция', 'sports section'],
    art_school: ['өнер мектебі немесе үйірме', 'школа искусств или кружок', 'art school or club'],
    summer_camp: ['жазғы лагерь', 'летний лагерь', 'summer camp'],
    mediation_and_counselling: ['медиация және кеңес беру', 'медиация и консультирование', 'mediation and counselling'],
    psychological_help: ['психологиялық көмек', 'психологическая помощь', 'psychological help'],
    legal_help: ['құқықтық көмек', 'правовая помощь', 'legal help'],
    housing_queue: ['тұрғын үй кезегіне қою', 'постановка в очередь на жильё', 'place in the housing queue'],
    temporary_residence: ['уақытша тұру', 'временное проживание', 'temporary residence'],
    youth_centre: ['жастар орталығының іс-шаралары', 'мероприятия молодёжного центра', 'activities of a youth centre'],
    help_of_an_ngo: ['үкіметтік емес ұйымның көмегі', 'помощь неправительственной организации', 'help of a non-governmental organisation'],
    preventive_supervision: ['профилактикалық бақылау', 'профилактический контроль', 'preventive supervision'],
    restoring_documents: ['құжаттарды қалпына келтіру', 'восстановление документов', 'restoring of papers'],
    job_search: ['өз бетінше жұмыс іздеу', 'самостоятельный поиск работы', 'own search for work'],
    parenting_course: ['ата-аналарға арналған курсқа қатысу', 'участие в курсах для родителей', 'course for parents attended'],
    keeping_appointments: ['мамандардың қабылдауына уақытылы келу', 'своевременная явка на приём специалистов', 'appointments with specialists kept'],
    household_budget: ['отбасы бюджетін жоспарлау', 'планирование семейного бюджета', 'planning of the household budget'],
  },
  service: {},
};
