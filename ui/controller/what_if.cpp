#include "ui/controller/what_if.h"

#include "ui/controller/forecast.h"
#include "ui/controller/session.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kSizes = 20, kMeasuredEvery = 4;  ///< sizes of the curve, and of those the ones that are measured
constexpr double kLargestShown = 0.5;           ///< share of the parameters
constexpr int kWrittenTokens = 40;
constexpr std::size_t kAskedAtOnce =
    8;  ///< sets of one command: an answer is heard of when it is there, a cancel within one of them

/// All that a masked measurement depends on but the groups.
std::string measuredBy(const Recipe& recipe) {
    Recipe same;
    same.model = recipe.model;
    same.analysis.text = recipe.analysis.text;
    same.training.sources = recipe.training.sources;
    same.training.window = recipe.training.window;
    same.training.shortestDocument = recipe.training.shortestDocument;
    same.recovery = recipe.recovery;  // says what is held out where the analysis has no text of its own
    same.evaluation.prompt = recipe.evaluation.prompt;
    same.compute = recipe.compute;
    same.seed = recipe.seed;
    return recipeText(same);
}

std::string keyOfSizes(Recipe recipe) {
    recipe.plan.ratio = PlanOptions{}.ratio;
    return rankingKey(recipe);
}

}  // namespace

WhatIf::WhatIf(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    m_work.setInterval(0);
    connect(&m_work, &QTimer::timeout, this, &WhatIf::addSize);
    connect(&session, &Session::structureChanged, this,
            [this] { m_asked.clear(), m_also.clear(); });  // groups of another model
    for (auto signal : {&Session::planChanged, &Session::knowledgeChanged})
        connect(&session, signal, this, [this] {
            if (m_wanted) restart();
        });
}

void WhatIf::setWanted(bool wanted) {
    if (m_wanted == wanted) return;
    m_wanted = wanted;
    m_work.stop();
    if (wanted) restart();
    Q_EMIT wantedChanged();
}

QString WhatIf::refusal() const {
    const PlanOutcome& outcome = m_session.plan();
    if (!m_session.structure()) return tr("Open a model first.");
    if (!outcome.plan) return tr("There is no plan yet.");
    if (!outcome.plan->edits.empty())
        return tr("This plan cuts units at once before anything is trained; only what fades can be tried with masks.");
    if (outcome.ranked.empty() && outcome.plan->removed() > 0)
        return tr("Nothing is ranked yet: rank the groups, or analyse the knowledge.");
    return {};
}

/// The sizes are of a recipe without its ratio: a slider that moves leaves them as they are.
void WhatIf::restart() {
    const std::string asked = m_session.structure() ? keyOfSizes(m_session.recipe()) : std::string();
    const bool same = asked == m_askedFor && m_knowledge == m_session.knowledge().get() &&
                      m_saliency == m_session.saliency().get() && m_structure == m_session.structure().get();
    if (!same || m_sizes.empty()) {
        m_askedFor = asked;
        m_knowledge = m_session.knowledge().get();
        m_saliency = m_session.saliency().get();
        m_structure = m_session.structure().get();
        m_sizes.clear();
        m_next = 0;
        m_largest = std::min(kLargestShown, m_session.plan().largest);
        if (refusal().isEmpty() && m_largest > 0) m_work.start();
    }
    calibrate();
    Q_EMIT changed();
}

void WhatIf::addSize() {
    if (m_next > kSizes || !m_wanted) {
        m_work.stop();
        calibrate();
        Q_EMIT changed();
        return;
    }
    Size size = sizeFor(m_largest * m_next / kSizes);
    size.wanted = m_next % kMeasuredEvery == 0;
    const bool another = m_sizes.empty() || size.groups.size() > m_sizes.back().groups.size();
    if (m_next == 0 || (another && !size.groups.empty())) m_sizes.push_back(std::move(size));
    ++m_next;
}

WhatIf::Size WhatIf::sizeFor(double ratio) const {
    Size size;
    const Structure& structure = *m_session.structure();
    size.asked = ratio;
    size.parameters = double(structure.parameters);
    size.removed.assign(structure.nodeGroups.size(), 0);
    if (ratio <= 0) return size;
    PlanOptions options = m_session.recipe().plan;
    options.ratio = ratio;
    Size there = planned(options);
    return there.groups.empty() ? size : there;  // this size cannot be had
}

WhatIf::Size WhatIf::planned(const PlanOptions& options) const {
    Size size;
    const Structure& structure = *m_session.structure();
    const PlanOutcome outcome =
        makeOutcome(structure, m_session.model() ? &m_session.model()->config : nullptr, options,
                    m_session.knowledge().get(), m_session.saliency().get(), &m_session.recipe().method);
    if (!outcome.plan) return size;
    size.asked = options.ratio;
    size.groups = outcome.ranked;
    size.removed = outcome.removed;
    size.ratio = double(outcome.removedParameters) / double(structure.parameters);
    size.parameters = double(structure.parameters) - double(outcome.removedParameters);
    return size;
}

WhatIf::Size WhatIf::sizeOf(const PlanOptions& options) const {
    if (!m_session.structure()) return {};
    Size size = planned(options);
    if (size.removed.empty()) return size;
    if (!size.groups.empty()) size.measured = known(size.groups);
    foretell(size, dots());
    return size;
}

WhatIf::Size WhatIf::current() const {
    Size size;
    const PlanOutcome& outcome = m_session.plan();
    if (!refusal().isEmpty()) return size;
    const double all = double(m_session.structure()->parameters);
    size.asked = m_session.recipe().plan.ratio;
    size.groups = outcome.ranked;
    size.removed = outcome.removed;
    size.ratio = double(outcome.removedParameters) / all;
    size.parameters = all - double(outcome.removedParameters);
    size.measured = known(size.groups);
    foretell(size, dots());
    return size;
}

QByteArray WhatIf::keyOf(const std::vector<GroupRef>& groups) const {
    QCryptographicHash hash(QCryptographicHash::Sha1);
    const std::string by = measuredBy(m_session.recipe());
    hash.addData(QByteArrayView(by.data(), qsizetype(by.size())));
    if (m_session.model()) hash.addData(QByteArray::fromStdString(m_session.model()->identity));
    std::vector<GroupRef> sorted = groups;
    std::sort(sorted.begin(), sorted.end());
    for (const GroupRef& group : sorted) {
        const int pair[2] = {group.nodeGroup, group.index};
        hash.addData(QByteArrayView(reinterpret_cast<const char*>(pair), sizeof pair));
    }
    return hash.result();
}

std::optional<WhatIf::Measured> WhatIf::known(const std::vector<GroupRef>& groups) const {
    const auto at = m_known.find(keyOf(groups));
    return at == m_known.end() ? std::nullopt : std::optional(at->second);
}

double WhatIf::baseline() const {
    if (const auto original = known({})) return original->nll;
    return m_session.knowledge() ? m_session.knowledge()->baselineNll : -1;
}

/// Sizes of the curve that were measured, as the forecast is corrected by them.
std::vector<MeasuredLoss> WhatIf::dots() const {
    std::vector<MeasuredLoss> dots;
    if (!m_session.knowledge() || !m_session.structure()) return dots;
    const LossForecast forecast(*m_session.structure(), *m_session.knowledge());
    const double original = baseline();
    for (const Size& size : m_sizes)
        if (size.measured && !size.groups.empty())
            dots.push_back(
                {size.ratio, forecast.added(size.removed).added, size.measured->nll - original, size.measured->spread});
    return dots;
}

void WhatIf::foretell(Size& size, const std::vector<MeasuredLoss>& dots) const {
    size.foretold = m_session.knowledge() != nullptr;
    if (!size.foretold) return;
    const LossForecast forecast(*m_session.structure(), *m_session.knowledge());
    size.added = calibrated(size.ratio, forecast.added(size.removed), dots);
}

void WhatIf::calibrate() {
    for (Size& size : m_sizes) size.measured = known(size.groups);
    const std::vector<MeasuredLoss> measured = dots();
    for (Size& size : m_sizes) foretell(size, measured);
}

void WhatIf::ask(const std::vector<std::vector<GroupRef>>& sets) {
    m_givenUp.clear();
    m_failure.clear();
    for (const auto& groups : sets)
        if (!known(groups) && std::find(m_asked.begin(), m_asked.end(), groups) == m_asked.end()) m_asked.push_back(groups);
}

bool WhatIf::isAsked(const std::vector<GroupRef>& groups) const {
    return std::find(m_asked.begin(), m_asked.end(), groups) != m_asked.end();
}

std::optional<command::TryMasked> WhatIf::next() const {
    if (!m_asked.empty() && m_session.structure()) {
        std::vector<std::vector<GroupRef>> sets(m_asked.begin(),
                                                m_asked.begin() + long(std::min(m_asked.size(), kAskedAtOnce)));
        if (!known({})) sets.insert(sets.begin(), std::vector<GroupRef>{});
        return command::TryMasked{m_session.recipe(), sets, m_session.recipe().evaluation.prompt, kWrittenTokens};
    }
    if (!m_wanted || !refusal().isEmpty() || measuredBy(m_session.recipe()) == m_givenUp) return {};
    std::vector<std::vector<GroupRef>> sets;
    const auto ask = [&](const std::vector<GroupRef>& groups) {
        if (!known(groups)) sets.push_back(groups);
    };
    ask({});
    if (!m_session.plan().ranked.empty()) ask(m_session.plan().ranked);
    if (sets.empty())
        for (const auto& [what, wanted] : m_also)
            for (const auto& groups : wanted)
                if (sets.empty() && !groups.empty()) ask(groups);
    if (sets.empty())
        for (const Size& size : m_sizes)
            if (size.wanted && sets.empty()) ask(size.groups);
    if (sets.empty()) return {};
    return command::TryMasked{m_session.recipe(), sets, m_session.recipe().evaluation.prompt, kWrittenTokens};
}

void WhatIf::hear(const RunEvent& event, const command::TryMasked& asked) {
    if (const auto* measured = std::get_if<event::Measurement>(&event)) {
        m_heard.clear();
        const std::size_t at = m_at++;
        if (at >= asked.removed.size() || measuredBy(asked.recipe) != measuredBy(m_session.recipe()))
            return;  // of settings that are no more
        m_heard = keyOf(asked.removed[at]);
        m_known[m_heard] = {measured->value, measured->spread, {}, QString::fromStdString(measured->protocol)};
        m_failure.clear();
        m_givenUp.clear();
    } else if (const auto* sample = std::get_if<event::Sample>(&event)) {
        if (const auto at = m_known.find(m_heard); at != m_known.end())
            at->second.text = QString::fromStdString(sample->text);
        if (!m_asked.empty()) Q_EMIT changed();
    } else if (const auto* finished = std::get_if<event::Finished>(&event)) {
        if (finished->outcome == event::Finished::Outcome::Failed) {
            m_givenUp = measuredBy(asked.recipe);
            m_failure = finished->error ? QString::fromStdString(finished->error->message()) : tr("it failed");
        }
        m_at = 0;
        m_heard.clear();
        const bool person = !m_asked.empty();
        const bool done = finished->outcome == event::Finished::Outcome::Completed;
        std::erase_if(m_asked, [&](const auto& groups) {  // measured, or measured in vain: under settings that are no more
            const bool tried = std::find(asked.removed.begin(), asked.removed.end(), groups) != asked.removed.end();
            return known(groups).has_value() || (done && tried);
        });
        if (!m_givenUp.empty()) m_asked.clear();
        if (!m_wanted && !person) return;
        calibrate();
        Q_EMIT changed();
    }
}

}  // namespace lorashear::ui
