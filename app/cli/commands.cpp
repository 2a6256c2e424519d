#include "app/cli/cli_commands.h"

namespace lorashear::app {

const std::vector<CommandFactory>& commandTable() {
    static const std::vector<CommandFactory> table{
        makeRunCommand,     makeResumeCommand,  makeReportCommand,   makeBenchCommand,    makeRecipeCommand,
        makeAnalyseCommand, makeInspectCommand, makeEvalCommand,     makeGenerateCommand, makeCompareCommand,
        makeVerifyCommand,  makeExportCommand,  makeLoadableCommand, makeSliceCommand,    makeVocabularyCommand,
        makeAdapterCommand, makeDoctorCommand,
    };
    return table;
}

}  // namespace lorashear::app
