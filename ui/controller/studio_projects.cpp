// What the window does with projects: open, save, restore.

#include "ui/controller/studio.h"

#include <QDir>
#include <QFileInfo>

#include <utility>

namespace lorashear::ui {

namespace {

QString timeOf(const ProjectState& state) {
    return state.at.time().toString(QStringLiteral("HH:mm"));
}

}  // namespace

void Studio::openProject(const QString& path) {
    const QString folder = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    if (refuseWhileBusy(tr("opening %1").arg(QFileInfo(folder).fileName()))) return;
    if (m_project.named() && folder == m_project.folder()) return noticed(tr("This project is open already."));
    keepEditsThen(nullptr, [this, folder] {
        guarded([&] {
            const Project::Opened opened = m_project.open(folder);
            Work work{opened.now};
            work.owned = !opened.readOnly;
            if (opened.rescued) work.edit = tr("the work of %1").arg(timeOf(opened.now));
            if (opened.rescued)
                work.done = [this, words = timeOf(opened.now), count = opened.now.edits] {
                    Q_EMIT noticed(count > 0
                                       ? tr("The work of %1 is back, %2 edits that were not saved; Undo takes it back.")
                                             .arg(words)
                                             .arg(count)
                                       : tr("The work of %1 is back; Undo takes it back.").arg(words));
                };
            if (opened.readOnly)
                work.done = [this, folder] {
                    Q_EMIT noticed(
                        tr("%1 cannot be written: it stays as it is, what you change is kept apart.").arg(folder));
                };
            showWork(opened.saved, std::move(work));
        });
    });
}

void Studio::saveProject(const QString& folder) {
    if (m_work && refuseWhileBusy(tr("saving the project"))) return;
    guarded([&] {
        m_session.settle();
        m_project.saveAs(folder);
        Q_EMIT noticed(tr("Saved as project %1; changes are kept as they are made.").arg(m_project.name()));
    });
}

void Studio::restoreWork(const Project::Lost& lost) {
    if (lost.named) return openProject(lost.folder);
    if (refuseWhileBusy(tr("restoring"))) return;
    keepEditsThen(nullptr, [this, lost] {
        guarded([&] {
            ProjectState before = lost.state;
            const QString model = lost.state.model();
            before.recipe = recipeText(startingRecipe(model));
            Work work{lost.state};
            work.edit = tr("the work of %1").arg(timeOf(lost.state));
            work.done = [this, lost] {
                m_project.addRuns(lost.state.runs);
                m_project.flush();  // it is kept by this window before the other's goes
                Project::forget(lost);
            };
            m_project.leave();  // what comes is none of the project's that was open
            showWork(before, std::move(work));
        });
    });
}

/// The run that was in sight brings its model along; without one the model is opened.
void Studio::showWork(const ProjectState& saved, Work work) {
    if (work.state.recipe.empty()) work.state.recipe = saved.recipe;
    work.base = saved.recipe.empty() ? work.state.recipe : saved.recipe;
    const QString run = work.state.run;
    const bool hasRun = !run.isEmpty() && kindOf(run) == PathKind::Run;
    m_work = std::move(work);
    if (m_work->base.empty()) return finishWork();  // nothing was open in it
    try {
        const Recipe recipe = parseRecipe(m_work->base, "recipe.json");
        if (hasRun) {
            readRunOf(run);
            if (m_work && !m_reader.reading()) abandonWork();
            return;
        }
        m_opening = Opening{recipe, {}};
        submit(command::OpenModel{recipe.model.path});
    } catch (...) {
        abandonWork();
        throw;
    }
}

void Studio::finishWork() {
    const Work work = std::exchange(m_work, std::nullopt).value();
    guarded([&] {
        if (work.base.empty()) return;
        if (recipeText(m_session.recipe()) != work.base) m_session.setRecipe(parseRecipe(work.base, "recipe.json"));
        const Recipe wanted = parseRecipe(work.state.recipe, "journal.jsonl");
        m_session.edit(work.edit, [&](Recipe& recipe) { recipe = wanted; });
        Q_EMIT m_session.recipeLoaded();  // with that edit: a tour that is under way takes it for what was there
    });
    const int groups = m_session.structure() ? int(m_session.structure()->nodeGroups.size()) : 0;
    if (work.state.selection.nodeGroup < groups) m_session.select(work.state.selection);
    if (work.owned) m_project.begin();
    // Later: a run that is opened leads to its own page first.
    QMetaObject::invokeMethod(
        this,
        [this, page = work.state.page] {
            if (!page.isEmpty()) Q_EMIT pageWanted(page);
        },
        Qt::QueuedConnection);
    if (work.done) work.done();
}

void Studio::abandonWork() {
    if (!m_work) return;
    const Work work = std::exchange(m_work, std::nullopt).value();
    if (work.owned && m_project.named()) m_project.giveUp();
}

}  // namespace lorashear::ui
