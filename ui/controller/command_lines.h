#pragma once

#include <QString>

namespace lorashear::ui {

class Session;

/// A word of a shell's command line, in quotes where it needs them.
QString shellWord(const QString& text);

// The commands that do what a button of the window does, without a window; "" where there is nothing to do it with.
QString inspectCommand(const Session& session);  ///< sizes and node groups of the open model
QString graphCommand(const Session& session);    ///< the traced operators too
/// What both models make of a beginning: of the original, and of the run's result once there is one.
QString generateCommand(const Session& session, const QString& prompt, int tokens, double temperature, quint64 seed,
                        bool chat);
QString exportCommand(const Session& session, const QString& destination, const QString& format, const QString& dtype);
QString resumeCommand(const QString& folder);

}  // namespace lorashear::ui
