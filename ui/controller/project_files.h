#pragma once

#include "ui/controller/session.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace lorashear::ui {

/// What a window works on, at one moment.
struct ProjectState {
    std::string recipe;  ///< its text, model and paths in it
    QString run;         ///< folder of the run in sight; "": none
    QStringList runs;    ///< all that were started or opened in it
    QString page;
    Selection selection;
    QString edit;   ///< what was done last; "": nothing since it was opened or saved
    int edits = 0;  ///< so many since then
    QDateTime at;
    QJsonObject rest;  ///< keys of a newer program: kept

    QString model() const;  ///< path of the recipe's model; "" if there is none
};

/// A project on the disk: a folder NAME.shearproj of plain files.
///
///   project.json   page, selection, runs by their folders      recipe.json     the recipe as it was saved
///   journal.jsonl  the newest states since then, the last line the last      lock   whose it is       thumbnail.png
bool isProjectFolder(const QString& folder);
QString withProjectEnding(const QString& folder);

void writeProject(const QString& folder, const ProjectState& state);  ///< each file is the old one or the new one. Error(Io)
/// As it was saved. Error(BadInput) if it is no project or of a newer version, naming both.
ProjectState readProject(const QString& folder);

std::string journalText(const std::vector<ProjectState>& states);
/// The last state that is whole in the journal: a line that was cut off by whatever cause is left out. Nothing if there is none.
std::optional<ProjectState> readJournal(const QString& folder);
void removeJournal(const QString& folder);

}  // namespace lorashear::ui
