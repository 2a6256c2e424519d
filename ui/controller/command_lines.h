#pragma once

#include "core/run/command.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

class Session;

/// A word of a shell's command line, in quotes where it needs them.
QString shellWord(const QString& text);

// The commands that do what a button of the window does, without a window; "" where there is nothing to do it with.
QString inspectCommand(const Session& session);  ///< sizes and node groups of the open model
QString graphCommand(const Session& session);    ///< the traced operators too
/// What models make of a beginning, one after the other. A run's model as it was before recovery has no command, and is left out.
QString generateCommand(const std::vector<ComparedModel>& models, const QString& prompt, int tokens, double temperature,
                        quint64 seed, bool chat);
QString exportCommand(const Session& session, const QString& destination, const QString& format, const QString& dtype);
QString resumeCommand(const QString& folder);

}  // namespace lorashear::ui
