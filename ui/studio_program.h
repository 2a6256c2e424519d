#pragma once

#include "core/run/worker.h"

#include <QStringList>

#include <optional>

class QCommandLineParser;

namespace lorashear::ui {

class GuardedApplication;

/// The window program after its QApplication exists: applies the appearance, shows the window, opens what the command line names (a model,
/// run or recipe), and runs to its end. The engine's library is loaded by the worker's thread, after the window is on the screen.
/// --safe-mode leaves aside what earlier sessions remembered. Options for scripts: --page ID, --workspace ID, --appearance ID, --language ID, --start (starts the recipe's run once the model is open).
/// A command line that cannot be followed, and whatever the window's error strip says, stand on standard error too; the exit code is that of lorashear
/// for the same trouble.
/// What --help lists.
void describeOptions(QCommandLineParser& parser);
/// Error(Usage) for an unknown option, page or appearance, or a word too many; nothing if the command line can be followed. arguments: the program's name first.
std::optional<Error> usageProblem(QCommandLineParser& parser, const QStringList& arguments);
/// What a command line comes to that needs no window (--help, --version, one that cannot be followed), or where there is no display: said, and the exit code.
/// Nothing where the window is to be opened. Before a QApplication exists, which ends the program where it finds no display.
std::optional<int> endsWithoutWindow(int& argc, char** argv);
int runStudio(GuardedApplication& application, Worker::Factory factory);

}  // namespace lorashear::ui
