#include "ui/controller/side_by_side.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <variant>

namespace lorashear::ui {

namespace {

/// What the weights are, whatever they are called.
std::string weightsKey(const ComparedModel& model) {
    return model.path + '\n' + model.adapter + '\n' + (model.beforeRecovery ? '1' : '0');
}

/// Another word once the weights at a path are others: a run that goes on writes new ones under the same name. Of a run's folder all that it holds.
std::string stampOf(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code problem;
    fs::file_time_type newest{};
    std::uintmax_t bytes = 0;
    const auto count = [&](const fs::path& file) {
        if (file.extension() != ".safetensors" && file.extension() != ".gguf") return;
        const auto size = fs::file_size(file, problem);
        const auto time = fs::last_write_time(file, problem);
        if (!problem) bytes += size, newest = std::max(newest, time);
    };
    if (!fs::is_directory(path, problem)) {
        count(path);
    } else {
        for (fs::recursive_directory_iterator entry(path, problem), end; !problem && entry != end; entry.increment(problem))
            count(entry->path());
    }
    return std::to_string(newest.time_since_epoch().count()) + ' ' + std::to_string(bytes);
}

/// text: figures of another one say nothing about this one.
std::string pairKey(const ComparedModel& model, const ComparedModel& original, const std::string& text = {}) {
    return weightsKey(model) + '\n' + stampOf(model.path) + '\n' + weightsKey(original) + '\n' + stampOf(original.path) +
           '\n' + text;
}

std::string firstText(const Recipe& recipe) {
    return recipe.evaluation.texts.empty() ? std::string() : recipe.evaluation.texts.front().path;
}

const ComparedModel* labelled(const std::string& label, const std::vector<ComparedModel>& models) {
    const auto at =
        std::find_if(models.begin(), models.end(), [&](const ComparedModel& model) { return model.label == label; });
    return at == models.end() ? nullptr : &*at;
}

/// The model that a note begins with: the longest label that fits, since labels hold names of folders.
const ComparedModel* spokenOf(const event::Note& note, const std::vector<ComparedModel>& models) {
    const ComparedModel* found = nullptr;
    for (const ComparedModel& model : models)
        if (note.text.starts_with(model.label + ' ') && (!found || found->label.size() < model.label.size())) found = &model;
    return found;
}

std::string valueAt(const std::map<std::string, std::string>& reasons, const std::string& key) {
    const auto at = reasons.find(key);
    return at == reasons.end() ? std::string() : at->second;
}

}  // namespace

void SideBySide::begin(const std::string& runFolder, std::size_t samples) {
    m_texts.clear();
    m_noText.clear();
    m_runFolder = runFolder;
    m_samples = samples;
    Q_EMIT changed();
}

void SideBySide::hear(const RunEvent& event, const command::WriteTexts& asked) {
    const auto* written = std::get_if<event::Written>(&event);
    const auto* note = std::get_if<event::Note>(&event);
    const ComparedModel* model = written ? labelled(written->model, asked.models)
                                 : note  ? spokenOf(*note, asked.models)
                                         : nullptr;
    if (!model) return;
    const std::string key = pairKey(*model, asked.original);
    if (written)
        m_texts[key] = *written;
    else
        m_noText[key] = note->text.substr(model->label.size() + 1);
    Q_EMIT changed();
}

void SideBySide::hear(const RunEvent& event, const command::MeasureDivergence& asked) {
    const auto* measured = std::get_if<event::Measurement>(&event);
    const auto* note = std::get_if<event::Note>(&event);
    const ComparedModel* model = measured ? labelled(measured->model, asked.models)
                                 : note   ? spokenOf(*note, asked.models)
                                          : nullptr;
    if (!model) return;
    const std::string key = pairKey(*model, asked.original, firstText(asked.recipe));
    if (note) {
        m_noDivergence[key] = note->text.substr(model->label.size() + 1);
        m_divergence.erase(key);
    } else {
        auto& known = m_divergence[key];
        std::erase_if(known, [&](const event::Measurement& m) { return m.name == measured->name; });
        known.push_back(*measured);
        m_noDivergence.erase(key);
    }
    Q_EMIT changed();
}

void SideBySide::hear(const RunEvent& event, const command::ExplainToken&) {
    if (!m_explanation) return;
    m_explanation->hear(event);
    if (!std::holds_alternative<event::ProgressChanged>(event)) Q_EMIT explanationChanged();
}

void SideBySide::explain(Explanation asked) {
    m_explanation = std::move(asked);
    Q_EMIT explanationChanged();
}

void SideBySide::forgetExplanation() {
    if (!m_explanation) return;
    m_explanation.reset();
    Q_EMIT explanationChanged();
}

const Explanation* SideBySide::explanation(const std::string& runFolder, const ComparedModel& original) const {
    const bool ofThis = m_explanation && m_explanation->runFolder == runFolder &&
                        weightsKey(m_explanation->asked.original) == weightsKey(original);
    return ofThis ? &*m_explanation : nullptr;
}

void SideBySide::setProgress(std::optional<Progress> progress) {
    if (!progress && !m_progress) return;
    m_progress = std::move(progress);
    Q_EMIT progressChanged();
}

const event::Written* SideBySide::text(const ComparedModel& model, const ComparedModel& original,
                                       const std::string& runFolder, std::size_t samples) const {
    const auto at = m_texts.find(pairKey(model, original));
    return at == m_texts.end() || runFolder != m_runFolder || samples > m_samples ? nullptr : &at->second;
}

std::vector<event::Measurement> SideBySide::divergence(const ComparedModel& model, const ComparedModel& original,
                                                       const Recipe& recipe) const {
    const auto at = m_divergence.find(pairKey(model, original, firstText(recipe)));
    return at == m_divergence.end() ? std::vector<event::Measurement>() : at->second;
}

std::string SideBySide::whyNoText(const ComparedModel& model, const ComparedModel& original) const {
    return valueAt(m_noText, pairKey(model, original));
}

std::string SideBySide::whyNoDivergence(const ComparedModel& model, const ComparedModel& original,
                                        const Recipe& recipe) const {
    return valueAt(m_noDivergence, pairKey(model, original, firstText(recipe)));
}

QString comparisonWord(const Command* command) {
    if (command && std::holds_alternative<command::MeasureDivergence>(*command)) return SideBySide::tr("Measuring KL");
    if (command && std::holds_alternative<command::WriteTexts>(*command)) return SideBySide::tr("Writing texts");
    if (command && std::holds_alternative<command::ExplainToken>(*command)) return SideBySide::tr("Explaining a token");
    return {};
}

}  // namespace lorashear::ui
