#include "ui/controller/model_figures.h"

#include "core/base/stage.h"
#include "ui/controller/run_state.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

std::string pathOf(const Recipe& recipe, const std::string& text) {
    for (const RecipeText& entry : recipe.evaluation.texts)
        if (entry.name == text) return entry.path;
    return {};
}

std::string folderOf(const std::string& path) {
    const QString real = QFileInfo(QString::fromStdString(path)).canonicalFilePath();
    return real.isEmpty() ? path : real.toStdString();
}

std::vector<std::vector<std::string>> sourcesOf(const Recipe& recipe) {
    std::vector<std::vector<std::string>> phases;
    for (const RecoveryPhase& phase : recipe.recovery.phases) {
        phases.emplace_back();
        for (const RecipeSource& source : phase.sources) phases.back().push_back(folderOf(source.path));
    }
    return phases;
}

void addMeasurement(ModelFigures& figures, const event::Measurement& measured) {
    const auto at = std::find_if(figures.measurements.begin(), figures.measurements.end(),
                                 [&](const event::Measurement& known) { return known.name == measured.name; });
    at == figures.measurements.end() ? figures.measurements.push_back(measured) : void(*at = measured);
}

void addPerplexity(ModelFigures& figures, const event::Perplexity& measured, const std::string& path) {
    const auto at = std::find_if(figures.texts.begin(), figures.texts.end(), [&](const ModelFigures::Text& known) {
        return known.name == measured.name && known.protocol == measured.protocol;
    });
    ModelFigures::Text text{measured.name, path, measured.protocol, measured.perplexity, measured.tokens};
    at == figures.texts.end() ? figures.texts.push_back(std::move(text)) : void(*at = std::move(text));
}

}  // namespace

const ModelFigures* RunFigures::of(const std::string& role) const {
    const auto at = models.find(role);
    return at == models.end() ? nullptr : &at->second;
}

RunFigures figuresOf(const RunState& run, const Recipe& recipe) {
    RunFigures figures;
    figures.folder = QString::fromStdString(run.folder);
    figures.name = QDir(figures.folder).dirName();
    figures.recipe = recipe;
    figures.trainedTokens = run.trainedTokens;
    for (const event::Measurement& measured : run.measurements) addMeasurement(figures.models[measured.model], measured);
    for (const RunState::PerplexityPoint& point : run.perplexities)
        if (point.measured.model != roleName(ModelRole::Checkpoint))
            addPerplexity(figures.models[point.measured.model], point.measured, pathOf(recipe, point.measured.name));
    if (run.folder.empty()) return figures;
    figures.hasResult = QFileInfo::exists(figures.folder + QStringLiteral("/model"));
    figures.hasPruned = QFileInfo::exists(figures.folder + QStringLiteral("/stages/pruned"));
    for (auto& [role, texts] : keptWindows(run.folder)) {
        const auto model = figures.models.find(role);
        if (model == figures.models.end()) continue;
        for (ModelFigures::Text& text : model->second.texts)
            if (const auto found = texts.find(text.name); found != texts.end() && found->second.protocol == text.protocol)
                text.windows = found->second;
    }
    return figures;
}

bool sameBase(const Recipe& a, const Recipe& b) {
    if (!a.model.hash.empty() && !b.model.hash.empty()) return a.model.hash == b.model.hash;
    return folderOf(a.model.path) == folderOf(b.model.path) && folderOf(a.model.adapter) == folderOf(b.model.adapter);
}

bool trainsTheOriginal(const Recipe& recipe) {
    return !recipe.plan.enabled && recipe.recovery.enabled && !recipe.recovery.phases.empty();
}

bool sameTraining(const RunFigures& a, const RunFigures& b) {
    const double more = std::max(a.trainedTokens, b.trainedTokens);
    return more > 0 && std::abs(a.trainedTokens - b.trainedTokens) <= 0.01 * more &&
           a.recipe.recovery.scheme == b.recipe.recovery.scheme && sourcesOf(a.recipe) == sourcesOf(b.recipe);
}

}  // namespace lorashear::ui
