#include "core/report/run_report.h"
#include "core/base/error.h"
#include "core/base/stage.h"

#include "core/io/atomic_file.h"
#include "core/io/taken.h"
#include "core/loadability/rules.h"
#include "core/report/html_text.h"
#include "core/report/report_source.h"
#include "core/report/svg_curves.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear {

namespace {

struct ReportedModel {
    const char *role, *title;
};
constexpr std::array<ReportedModel, 4> kModels{{{roleName(ModelRole::Dense), "Original"},
                                                {roleName(ModelRole::Pruned), "Pruned"},
                                                {roleName(ModelRole::Recovered), "Recovered"},
                                                {roleName(ModelRole::Adapted), "Original, same training"}}};
constexpr const char* kKind = "A run of LoRAShear Studio";  ///< every report says it, and is known by it
constexpr const char* kUnknown = "<td class=\"absent\">not told</td>";
constexpr const char* kAbsent = "<td class=\"absent\">not measured</td>";

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.5 sans-serif;color:#222;background:#fff;max-width:62em;margin:2em auto;padding:0 1em}
h1{font-size:1.6em;margin-bottom:0}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #ddd}
table{border-collapse:collapse;margin:.6em 0}td,th{padding:.2em .8em;border-bottom:1px solid #eee;text-align:right;vertical-align:top}
td:first-child,th:first-child,td.words,th.words{text-align:left}.absent,.muted{color:#666}
pre{background:#f6f6f6;padding:.8em;white-space:pre-wrap;overflow-wrap:anywhere}svg{max-width:100%;height:auto}
.bar{background:#e2e2e2;width:12em;height:.9em}.bar i{display:block;background:#0b5394;height:100%}
</style>
)";

std::string heading(const std::string& text) {
    return "<h2>" + htmlText(text) + "</h2>\n";
}

std::string wordsCell(const std::string& text) {
    return "<td class=\"words\">" + htmlText(text) + "</td>";
}

std::string row(const std::string& name, const std::string& value) {
    return "<tr><td>" + htmlText(name) + "</td>" + wordsCell(value) + "</tr>\n";
}

const event::Measurement* measured(const ReportSource& source, const std::string& model, const std::string& name) {
    for (const auto& m : source.measurements)
        if (m.model == model && m.name == name) return &m;
    return nullptr;
}

/// The first three always; the original after the same training where the run was asked for it.
std::vector<ReportedModel> modelsOf(const ReportSource& source) {
    std::vector<ReportedModel> models(kModels.begin(), kModels.end());
    const auto adapted = [](const auto& figure) { return figure.model == roleName(ModelRole::Adapted); };
    if (std::none_of(source.perplexities.begin(), source.perplexities.end(), adapted) &&
        std::none_of(source.measurements.begin(), source.measurements.end(), adapted))
        models.pop_back();
    return models;
}

const char* finalModel(const ReportSource& source) {
    return measured(source, roleName(ModelRole::Recovered), "parameters") ? roleName(ModelRole::Recovered)
                                                                          : roleName(ModelRole::Pruned);
}

std::string quoted(const std::string& word) {
    const bool plain =
        !word.empty() && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+:@%-") ==
                             std::string::npos;
    if (plain) return word;
    std::string result = "'";
    for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string howItEnded(const ReportSource& source) {
    if (!source.finished) return "not finished: what there is so far";
    switch (source.finished->outcome) {
        case event::Finished::Outcome::Completed: return "complete";
        case event::Finished::Outcome::Cancelled: return "cancelled: what there is so far";
        case event::Finished::Outcome::Failed: break;
    }
    return "failed: " + (source.finished->error ? source.finished->error->message() : std::string("no reason was given"));
}

std::string summary(const ReportSource& source) {
    const Recipe& recipe = source.recipe;
    const auto* before = measured(source, roleName(ModelRole::Dense), "parameters");
    const auto* after = measured(source, finalModel(source), "parameters");
    std::string html = "<table>\n" + row("State", howItEnded(source)) + row("Model", recipe.model.path);
    if (source.model)
        html += row("Family", source.model->config.family + ", " + std::to_string(source.model->config.layers.size()) +
                                  " blocks, hidden size " + std::to_string(source.model->config.hidden));
    html += row("Method", recipe.plan.enabled
                              ? recipe.method.id + ", " + percentNumber(recipe.plan.ratio) + " of all parameters asked for" +
                                    (recipe.plan.uniform ? ", equal counts in every block" : "")
                              : std::string("nothing removed: the original, trained"));
    html += row("Recovery", recipe.recovery.enabled
                                ? recipe.recovery.scheme + ", " + std::to_string(recipe.recovery.phases.size()) + " phases"
                                : std::string("none"));
    html += row("Seed", std::to_string(recipe.seed)) +
            row("Parameters before", before ? groupedNumber(before->value) : "not measured");
    std::string left = after ? groupedNumber(after->value) : "not measured";
    if (before && after && before->value > 0) left += " (" + percentNumber(1 - after->value / before->value) + " removed)";
    html += row("Parameters after", left);
    if (!recipe.note.empty()) html += row("Note", recipe.note);
    return html + "</table>\n";
}

std::string curves(const ReportSource& source) {
    using Look = SvgCurve::Look;
    const std::string loss = curvesSvg(
        {"Training loss over optimizer steps",
         "optimizer step",
         "loss, nats per token",
         {{"measured", Look::Thin, source.steps, source.loss}, {"smoothed", Look::Thick, source.steps, source.smoothLoss}},
         source.stages});
    const std::string perplexity = curvesSvg({"Perplexity at checkpoints",
                                              "optimizer step",
                                              "perplexity, first windows of the first text",
                                              {{"", Look::Dots, source.checkpointSteps, source.checkpointPerplexity}},
                                              source.stages});
    return loss.empty() && perplexity.empty() ? std::string("<p class=\"muted\">Nothing was trained.</p>\n")
                                              : loss + perplexity;
}

std::string valueCell(const event::Measurement* m) {
    if (!m) return kAbsent;
    std::string text = m->unit == "acc"                   ? percentNumber(m->value)
                       : m->value == std::floor(m->value) ? groupedNumber(m->value)
                                                          : shortNumber(m->value);
    if (m->unit != "acc" && !m->unit.empty()) text += " " + m->unit;
    if (m->spread > 0) text += " ± " + (m->unit == "acc" ? percentNumber(m->spread) : shortNumber(m->spread));
    return "<td>" + htmlText((m->estimate ? "about " : "") + text) + "</td>";
}

/// exp of the paired difference: how many times the original's, and its 95 % interval.
std::string intervalText(const ReportSource& source, const std::string& model, const std::string& text,
                         const std::string& protocol) {
    const auto own = source.windows.find(model), dense = source.windows.find(roleName(ModelRole::Dense));
    if (model == roleName(ModelRole::Dense) || own == source.windows.end() || dense == source.windows.end()) return {};
    const auto a = own->second.find(text), b = dense->second.find(text);
    if (a == own->second.end() || b == dense->second.end()) return {};
    if (a->second.protocol != protocol || b->second.protocol != protocol) return {};
    const PairedDifference paired = pairedDifference(a->second, b->second);
    if (paired.windows < 2) return {};
    return " × " + shortNumber(std::exp(paired.mean)) + " (" + shortNumber(std::exp(paired.low)) + " to " +
           shortNumber(std::exp(paired.high)) + ")";
}

std::string perplexityRows(const ReportSource& source) {
    std::vector<std::pair<std::string, std::string>> keys;
    for (const auto& p : source.perplexities)
        if (std::find(keys.begin(), keys.end(), std::pair(p.name, p.protocol)) == keys.end())
            keys.emplace_back(p.name, p.protocol);
    std::string html;
    for (const auto& [name, protocol] : keys) {
        html += "<tr><td>" + htmlText("perplexity, " + name) + "</td>";
        for (const auto& [model, title] : modelsOf(source)) {
            const auto at = std::find_if(source.perplexities.begin(), source.perplexities.end(),
                                         [&, role = model, text = name, how = protocol](const auto& p) {
                                             return p.model == role && p.name == text && p.protocol == how;
                                         });
            html +=
                at == source.perplexities.end()
                    ? kAbsent
                    : "<td>" + htmlText(shortNumber(at->perplexity) + intervalText(source, model, name, protocol)) + "</td>";
        }
        html += wordsCell(protocol) + "</tr>\n";
    }
    return html;
}

std::string figures(const ReportSource& source) {
    std::string html = "<table>\n<tr><th>Measured</th>";
    const auto models = modelsOf(source);
    for (const ReportedModel& model : models) html += std::string("<th>") + model.title + "</th>";
    html += "<th class=\"words\">Protocol</th></tr>\n";
    std::vector<std::string> names;
    for (const auto& m : source.measurements)
        if (std::find(names.begin(), names.end(), m.name) == names.end()) names.push_back(m.name);
    for (const std::string& name : names) {
        std::string shown = name, protocol;
        std::replace(shown.begin(), shown.end(), '_', ' ');
        html += "<tr><td>" + htmlText(shown) + "</td>";
        for (const auto& [model, title] : models) {
            const auto* m = measured(source, model, name);
            if (m && !m->protocol.empty()) protocol = m->protocol;
            html += valueCell(m);
        }
        html += wordsCell(protocol) + "</tr>\n";
    }
    return html + perplexityRows(source) +
           "</table>\n<p class=\"muted\">Behind a perplexity: how many times the original's it is, and in brackets the 95 % interval of the paired difference, where both "
           "were measured on the same windows.</p>\n";
}

std::string removedParts(const ReportSource& source) {
    if (source.cuts.empty()) return "<p class=\"muted\">Nothing was removed.</p>\n";
    std::string html =
        "<table>\n<tr><th>Part</th><th>kept</th><th>of</th><th class=\"words\">what</th><th class=\"words\">share kept</th></tr>\n";
    for (const EditWords& cut : source.cuts) {
        html += "<tr><td>" + htmlText(cut.part) + "</td>";
        if (cut.of <= 0) {
            html += std::string(kUnknown) + kUnknown + wordsCell(cut.many) + "<td></td></tr>\n";
            continue;
        }
        const double share = static_cast<double>(cut.kept) / static_cast<double>(cut.of);
        html += "<td>" + std::to_string(cut.kept) + "</td><td>" + std::to_string(cut.of) + "</td>" + wordsCell(cut.many) +
                "<td class=\"words\"><div class=\"bar\" title=\"" + percentNumber(share) +
                "\"><i style=\"width:" + std::to_string(static_cast<int>(std::lround(100 * share))) +
                "%\"></i></div></td></tr>\n";
    }
    return html + "</table>\n";
}

std::string loadability(const ReportSource& source) {
    if (!source.model || !source.structure) return "<p class=\"muted\">The model's shapes are not in the log.</p>\n";
    if (!source.result)
        return "<p class=\"muted\">What is left of the original's shapes cannot be told from the log; <code>lorashear loadable</code> tells of the result.</p>\n";
    std::string html = "<table>\n<tr><th>Program</th><th class=\"words\">opens it</th><th class=\"words\">why</th></tr>\n";
    for (const LoadVerdict& verdict : LoadabilityRules::builtin().verdicts(*source.result)) {
        const char* opens = verdict.loads == Loads::Yes  ? "yes"
                            : verdict.loads == Loads::No ? "no"
                                                         : "with a modelling file";
        html +=
            "<tr><td>" + htmlText(verdict.title) + "</td>" + wordsCell(opens) +
            wordsCell(verdict.rule.empty() || verdict.detail.empty() ? verdict.rule : verdict.rule + ": " + verdict.detail) +
            "</tr>\n";
    }
    return html +
           "</table>\n<p class=\"muted\">Of the shapes as they are; other formats (padded, zeroed) open where these do not.</p>\n";
}

std::string certificates(const ReportSource& source) {
    if (source.certificates.empty()) return "<p class=\"muted\">Nothing was exported.</p>\n";
    std::string html =
        "<table>\n<tr><th>Export</th><th class=\"words\">read back and compared</th><th>largest logit difference</th><th>KL, nats</th><th>same choice</th></tr>\n";
    for (const auto& c : source.certificates) {
        html += "<tr><td>" + htmlText(c.path) + "</td>" +
                wordsCell(c.passed            ? "passed"
                          : c.problem.empty() ? "failed"
                                              : "failed: " + c.problem);
        html += c.problem.empty() ? "<td>" + shortNumber(c.maxLogitDifference) + "</td><td>" + shortNumber(c.kl) +
                                        "</td><td>" + percentNumber(c.greedyAgreement) + "</td>"
                                  : std::string(kAbsent) + kAbsent + kAbsent;
        html += "</tr>\n";
    }
    return html + "</table>\n";
}

std::string texts(const ReportSource& source) {
    std::string html;
    for (const auto& sample : source.samples)
        html += "<h3>" + htmlText(sample.model) + "</h3>\n<pre>" + htmlText(sample.text) + "</pre>\n";
    return html.empty() ? "<p class=\"muted\">None was written.</p>\n" : html;
}

std::string warnings(const ReportSource& source) {
    if (source.warnings.empty()) return {};
    std::string html = heading("Warnings") + "<ul>\n";
    for (const std::string& text : source.warnings) html += "<li>" + htmlText(text) + "</li>\n";
    return html + "</ul>\n";
}

}  // namespace

std::string runReport(const std::filesystem::path& run) {
    const ReportSource source = readReportSource(run);
    const std::string name =
        (source.folder.has_filename() ? source.folder : source.folder.parent_path()).filename().string();
    std::string html = kHead;
    html += "<title>" + htmlText(name) + "</title></head><body>\n<h1>" + htmlText(name) + "</h1>\n<p class=\"muted\">" +
            kKind + "</p>\n";
    html += summary(source) + warnings(source) + heading("Figures") + figures(source) + heading("Curves") + curves(source);
    html +=
        heading("What was removed") + removedParts(source) + heading("Programs that open the result") + loadability(source);
    html += heading("Certificates") + certificates(source) + heading("Texts") + texts(source) + heading("The same again");
    html += "<pre>lorashear run " + htmlText(quoted((source.folder / "recipe.json").string())) + " --out NEW_FOLDER</pre>\n";
    html += "<details><summary>The recipe</summary><pre>" + htmlText(recipeText(source.recipe)) + "</pre></details>\n";
    return html + "</body></html>\n";
}

namespace {

bool isReport(const std::string& text) {
    return text.starts_with("<!DOCTYPE html>") && text.find(kKind) != std::string::npos;
}

}  // namespace

void requireNoRunRecord(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    for (const char* own : {"recipe.json", "events.jsonl", "result.json"})
        if (name == own)
            throw Error(ErrorCode::BadInput, file.string(), "is called like a run's own record",
                        "choose another name, e.g. report.html");
}

void writeRunReport(const std::filesystem::path& run, const std::filesystem::path& file) {
    requireNoRunRecord(file);
    // Whatever it is called, and through whatever link: weights, recipes and other people's files stay.
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored) &&
        !(std::filesystem::is_regular_file(file, ignored) && isReport(readFile(file))))
        refuseTaken(file, "exists already and is no report", "choose another name, e.g. report.html");
    writeFile(file, runReport(run));
}

}  // namespace lorashear
