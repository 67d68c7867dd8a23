/** Files that say what a project in Python needs, the most exact one first. */
export const pythonRequirements = ['uv.lock', 'requirements.txt', 'pyproject.toml'] as const
