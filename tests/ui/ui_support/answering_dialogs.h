#pragma once

#include "ui/controller/dialogs.h"

#include <QStringList>

namespace lorashear::testing {

/// Answers every dialog at once: files with `path` (nothing when empty), questions with `answer`; remembers what was asked.
class AnsweringDialogs : public ui::Dialogs {
public:
    QString path;
    bool answer = true;
    Keep keep = Keep::Discard;
    QStringList asked, starts;  ///< questions and titles; where dialogs for anything began

    void openFolder(QWidget*, const QString& title, const QString&, Path chosen) override { reply(title, chosen); }
    void openFile(QWidget*, const QString& title, const QString&, const QString&, Path chosen) override {
        reply(title, chosen);
    }
    void openAny(QWidget*, const QString& title, const QString& start, const QString&, std::function<bool(const QString&)>,
                 Path chosen) override {
        starts << start;
        reply(title, chosen);
    }
    void saveFile(QWidget*, const QString& title, const QString&, const QString&, Path chosen) override {
        reply(title, chosen);
    }
    void ask(QWidget*, const QString& question, const QString&, const QString&, const QString&,
             std::function<void(bool)> answered) override {
        asked << question;
        answered(answer);
    }
    void askToKeep(QWidget*, const QString& question, const QString&, std::function<void(Keep)> answered) override {
        asked << question;
        answered(keep);
    }

private:
    void reply(const QString& title, const Path& chosen) {
        asked << title;
        if (!path.isEmpty()) chosen(path);
    }
};

}  // namespace lorashear::testing
