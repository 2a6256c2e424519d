#include "app/cli/cli_commands.h"
#include "app/cli/engine_call.h"
#include "app/cli/output_file.h"
#include "app/cli/progress_line.h"
#include "app/data_folder.h"
#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/io/strict_json.h"
#include "core/run/readable_texts.h"
#include "core/run/recipe.h"
#include "core/run/stages/scorable_texts.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iomanip>
#include <ostream>
#include <sstream>

namespace lorashear::app {

namespace fs = std::filesystem;

namespace {

std::string orBundled(const std::string& given, const char* bundled) {
    return fs::absolute(given.empty() ? dataFolder() / "data" / bundled : fs::path(given)).lexically_normal().string();
}

class RecipeCommand : public CliCommand {
public:
    std::string name() const override { return "recipe"; }
    std::string help() const override { return "Make a recipe, check one, or explain every key"; }

    void configure(CLI::App& app) override {
        app.require_subcommand(1);
        m_new = app.add_subcommand("new", "Write a complete recipe with defaults");
        m_new->add_option("model", m_model, "Hugging Face folder of the model")->required();
        m_new->add_option("--train", m_train, "Text to train and calibrate on (default: the bundled one)");
        m_new->add_option("--valid", m_valid, "Text to measure on (default: the bundled one)");
        m_output.add(*m_new, "-o,--output", "File to write (default: standard output)");
        m_check = app.add_subcommand(
            "check", "Refuse a recipe with unknown keys, bad values, missing files or texts that cannot be read");
        m_check->add_option("recipe", m_recipe, "Recipe file")->required();
        m_doc = app.add_subcommand("doc", "Print what every key means, as Markdown");
        for (CLI::App* sub : {m_new, m_check, m_doc})
            sub->add_flag("--json", m_json, "Print one JSON object instead of text");
    }

    void run(CliContext& context) override {
        if (m_new->parsed()) return writeNew(context);
        if (m_check->parsed()) return check(context);
        if (context.json || m_json)
            context.out << jsonText(nlohmann::json{{"markdown", recipeHelp()}}) << "\n";
        else
            context.out << recipeHelp();
    }

private:
    void writeNew(CliContext& context) {
        if (!fs::exists(m_model))
            throw Error(ErrorCode::BadInput, m_model, "does not exist",
                        "Give the folder that holds config.json and the weights, or a GGUF file.");
        if (!fs::exists(fs::path(m_model) / "config.json") && !fs::exists(ggufFileAt(m_model)))
            throw Error(ErrorCode::BadInput, m_model, "is not a model folder: it has no config.json",
                        "Give the folder that holds config.json and the weights, or a GGUF file.");
        m_output.requireFree();
        const Recipe recipe = newRecipe(fs::absolute(m_model).lexically_normal().string(),
                                        orBundled(m_train, "train_excerpt.txt"), orBundled(m_valid, "valid.txt"));
        if (m_output.asked())
            m_output.write(recipeText(recipe));
        else
            context.out << recipeText(recipe);
        adviseOfMixed(context);
    }

    // The recipe stays as it is: with the same seed, fp32 gives the same numbers on other machines too.
    static void adviseOfMixed(CliContext& context) {
        const auto rates = callEngine(context, command::MeasureMachine{});
        if (!rates.at("mixed_pays").get<bool>()) return;
        std::ostringstream words;
        words << std::fixed << std::setprecision(1) << "This processor multiplies "
              << rates.at("bf16_gflops").get<double>() / rates.at("fp32_gflops").get<double>()
              << " times as fast in bf16: \"compute\": \"mixed\" in the recipe makes use of it.";
        ProgressLine().say(words.str());
    }

    void check(CliContext& context) {
        const Recipe recipe = loadRecipe(m_recipe);
        requireConsistent(recipe);
        requireFiles(recipe);
        std::vector<std::string> notes = recipe.notes;
        for (std::string& note : requireReadableTexts(recipe, context.control)) notes.push_back(std::move(note));
        requireScorableTexts(recipe, context.control);
        if (context.json || m_json)
            context.out << jsonText(nlohmann::json{{"valid", true}, {"recipe", m_recipe}, {"notes", notes}}) << "\n";
        else {
            context.out << m_recipe << " is a valid recipe\n";
            for (const std::string& note : notes) context.out << "  " << note << "\n";
        }
    }

    CLI::App *m_new = nullptr, *m_check = nullptr, *m_doc = nullptr;
    std::string m_model, m_train, m_valid, m_recipe;
    OutputFile m_output;
    bool m_json = false;
};

}  // namespace

std::unique_ptr<CliCommand> makeRecipeCommand() {
    return std::make_unique<RecipeCommand>();
}

}  // namespace lorashear::app
